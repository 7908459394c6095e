import { useEffect, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { SEVERITIES } from '#core/model.ts';
import type { RuleSummary } from '#core/api/rules.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useHref, type Current } from '../../state/current.ts';
import { useQuery } from '../../state/query.ts';
import { Button, Check } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { PolicyPicker } from '../overview/PolicyPicker.tsx';
import { FACETS, FACET_TITLES, facetValues, matches, matchesText, readChosen, type Chosen, type Facet } from './facets.ts';
import { RulePage } from './RulePage.tsx';
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
  const chosen = readChosen(params);
  const text = params.get('q') ?? '';
  const found = rules.data.filter((rule) => matchesText(rule, text));
  const shown = found.filter((rule) => matches(rule, chosen));
  const toggle = (facet: Facet, value: string): void =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      const values = next.getAll(facet);
      next.delete(facet);
      for (const other of values.includes(value) ? values.filter((one) => one !== value) : [...values, value]) next.append(facet, other);
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
            <h1 className="panel-title">Rules</h1>
            <span className="muted small figure nowrap" role="status">
              {count(shown.length)} of {count(rules.data.length)}
            </span>
            <span className="end small muted nowrap">
              policy <PolicyPicker />
            </span>
          </div>
          <div className="filters-line">
            <Search />
            <Button className="rules-facet-button" icon="filter" aria-expanded={facetsOpen} onClick={() => setFacetsOpen(!facetsOpen)}>
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

interface FacetsProps {
  readonly rules: readonly RuleSummary[];
  readonly chosen: Chosen;
  readonly onToggle: (facet: Facet, value: string) => void;
  readonly open: boolean;
}

function Facets({ rules, chosen, onToggle, open }: FacetsProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className={open ? 'rules-facets rules-facets-open' : 'rules-facets'} role="group" aria-label="Facets" tabIndex={0}>
      {FACETS.map((facet) => {
        const values = facetValues(rules, facet, chosen);
        if (values.length === 0) return null;
        return (
          <fieldset key={facet}>
            <legend>{FACET_TITLES[facet]}</legend>
            {values.map(({ value, label, count: found }) => (
              <Check key={value} checked={chosen[facet]?.includes(value) === true} onChange={() => onToggle(facet, value)} figure={count(found)}>
                {facet === 'severity' ? <SeverityMark severity={SEVERITIES.find((severity) => severity === value) ?? 'low'} /> : safe(label)}
              </Check>
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}

const LIST_COLUMNS: readonly Column<RuleSummary>[] = [
  {
    id: 'title',
    title: 'Rule',
    width: 190,
    grow: true,
    fixed: true,
    value: (rule) => rule.title,
    cell: (rule) => (
      <span className="table-cut" title={`${safe(rule.title)} (${rule.id})`}>
        {safe(rule.title)}
      </span>
    ),
  },
  { id: 'severity', title: 'Severity', width: 96, value: (rule) => SEVERITIES.indexOf(rule.severity), cell: (rule) => <SeverityMark severity={rule.severity} /> },
  { id: 'mode', title: 'Policy', width: 64, from: 'mid', value: (rule) => rule.mode, cell: (rule) => <span className="muted">{rule.mode}</span> },
  {
    id: 'fails',
    title: 'Fails now',
    width: 82,
    align: 'end',
    value: (rule) => rule.findings ?? -1,
    cell: (rule) => (rule.findings === undefined ? <span className="muted">–</span> : rule.findings === 0 ? <span className="muted">none</span> : count(rule.findings)),
  },
];

const roomOf = (width: number): Room => (width < 440 ? 'narrow' : 'normal');

function RuleTable({ rules, selected }: { readonly rules: readonly RuleSummary[]; readonly selected: string | undefined }) {
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const href = useHref();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const kept = Object.fromEntries([...FACETS, 'q'].map((name) => [name, params.getAll(name)] as const).filter(([, values]) => values.length > 0));
  return (
    <div className="table-box" ref={box}>
      <DataTable
        view="rules"
        label="Rules"
        columns={LIST_COLUMNS}
        rows={rules}
        keyOf={(rule) => rule.id}
        selected={selected}
        first={{ by: 'severity', descending: false }}
        {...(width === 0 ? {} : { room: roomOf(width) })}
        onOpen={(rule) => navigate(href(`/rules/${rule.id}`, kept), { replace: selected !== undefined })}
      />
    </div>
  );
}
