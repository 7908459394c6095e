import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useShortcuts } from '../../app/shortcuts.ts';
import type { Current } from '../../state/current.ts';
import { useQuery } from '../../state/query.ts';
import { Button } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { PolicyPicker } from '../overview/PolicyPicker.tsx';
import { FACETS, matches, matchesText, readChosen, type Facet } from './facets.ts';
import { Facets } from './RuleFacets.tsx';
import { RulePage } from './RulePage.tsx';
import { RuleTable } from './RuleTable.tsx';
import '../../ui/list.css';
import './rules.css';

/** The library: facets, list, and the page of one rule. */
export function Rules({ current, id }: { readonly current: Current; readonly id?: string }) {
  const [params, setParams] = useSearchParams();
  const { policy, run } = current;
  const scanId = run?.id;
  const rules = useQuery({
    key: current.loading ? null : ['rules', policy, scanId ?? null],
    ask: (client, signal) => client.rules.list(scanId === undefined ? { policy } : { policy, scanId }, { signal }),
    on: ['settings', 'runs'],
    keep: true,
  });
  const [facetsOpen, setFacetsOpen] = useState(false);
  if (rules.error !== undefined) return <Problem screen error={rules.error} onRetry={rules.refetch} />;
  if (rules.data === undefined) {
    return (
      <div className="screen">
        <Skeleton rows={1} />
      </div>
    );
  }
  // One rule is the page's subject where it is shown, else the list is.
  const ListTitle = id === undefined ? 'h1' : 'h2';
  const chosen = readChosen(params);
  const text = params.get('q') ?? '';
  const found = rules.data.filter((rule) => matchesText(rule, text));
  const shown = found.filter((rule) => matches(rule, chosen));
  const toggle = (facet: Facet, value: string): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      const values = next.getAll(facet);
      next.delete(facet);
      for (const other of values.includes(value) ? values.filter((one) => one !== value) : [...values, value])
        next.append(facet, other);
      return next;
    });
  const clear = (): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      for (const name of [...FACETS, 'q']) next.delete(name);
      return next;
    });
  const active = Object.keys(chosen).length;
  return (
    <div className={id === undefined ? 'rules' : 'rules rules-with-page'}>
      <Facets rules={found} chosen={chosen} onToggle={toggle} open={facetsOpen} />
      <section className="rules-list" aria-label="Rule list">
        <header className="filters">
          <div className="filters-line">
            <ListTitle className="panel-title">Rules</ListTitle>
            <span className="muted small figure nowrap" role="status">
              {count(shown.length)} of {count(rules.data.length)}
            </span>
            <span className="end small muted nowrap">
              policy <PolicyPicker />
            </span>
          </div>
          <div className="filters-line">
            <Search />
            <Button
              className="rules-facet-button"
              icon="filter"
              aria-expanded={facetsOpen}
              onClick={() => setFacetsOpen(!facetsOpen)}
            >
              {active === 0 ? 'Facets' : `Facets ${active}`}
            </Button>
          </div>
        </header>
        {shown.length === 0 ? (
          <Empty fill icon="search" title="No rule matches" acts={<Button onClick={clear}>Clear filters</Button>}>
            <p>{count(rules.data.length)} rules are hidden.</p>
          </Empty>
        ) : (
          <RuleTable rules={shown} selected={id} />
        )}
      </section>
      {id === undefined ? (
        <div className="rules-page rules-none wide-only">
          <Empty fill icon="rules" title="Choose a rule">
            <p>Why it matters, how to fix it, its expression and examples, and where it fails now.</p>
          </Empty>
        </div>
      ) : (
        <RulePage key={id} id={id} policy={policy} run={run} />
      )}
    </div>
  );
}

function Search() {
  const [params, setParams] = useSearchParams();
  const given = params.get('q') ?? '';
  const [text, setText] = useState(given);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (document.activeElement !== field.current) setText(given);
  }, [given]);
  useShortcuts([{ keys: '/', run: () => field.current?.focus() }]);
  const put = (value: string): void => {
    setText(value);
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value.trim() === '') next.delete('q');
        else next.set('q', value.trim());
        return next;
      },
      { replace: true },
    );
  };
  return (
    <label className="field filters-text">
      <Icon name="search" />
      <span className="sr-only">Search rules</span>
      <input
        ref={field}
        value={text}
        placeholder="Search title, id, Datree key"
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
        onChange={(event) => put(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && event.key !== 'Enter') return;
          if (event.key === 'Escape' && text !== '') put('');
          else event.currentTarget.blur();
          event.preventDefault();
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}
