import { Dialog } from 'radix-ui';
import { useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { z } from 'zod';
import type { paletteHit } from '#core/api/scans.ts';
import { useHref, type Current } from '../state/current.ts';
import { useQuery } from '../state/query.ts';
import { useSession } from '../state/session.ts';
import { useSaveSettings, useSettings } from '../state/settings.ts';
import { plural } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { safe } from '../ui/safe-text.ts';
import { useReturnFocus } from '../ui/use-return-focus.ts';
import { useFrame } from './frame-store.ts';
import { SCREENS } from './screens.tsx';
import { useContexts } from './SourceSwitcher.tsx';
import { nextTheme } from './theme.ts';
import { useCancelScan, useStartScan } from './use-scan.ts';
import { useProgress } from '../state/progress.ts';

interface Entry {
  readonly id: string;
  readonly section: string;
  readonly icon: IconName;
  readonly title: string;
  readonly note?: string;
  readonly run: () => void;
}

type Hit = z.infer<typeof paletteHit>;

/** Go to any screen, action, source, rule, namespace or object. */
export function Palette({ current }: { readonly current: Current }) {
  const open = useFrame((state) => state.dialog === 'palette');
  const close = useFrame((state) => state.close);
  const giveBack = useReturnFocus(open);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog palette" aria-describedby={undefined} onCloseAutoFocus={giveBack}>
          <Dialog.Title className="sr-only">Go to</Dialog.Title>
          <PaletteBody current={current} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteBody({ current }: { readonly current: Current }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const entries = useEntries(text.trim(), current);
  const close = useFrame((state) => state.close);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const active = Math.min(chosen, entries.length - 1);
  const move = (to: number): void => {
    const next = (to + entries.length) % Math.max(1, entries.length);
    setChosen(next);
    list.current?.querySelector(`#${CSS.escape(`${id}-${next}`)}`)?.scrollIntoView({ block: 'nearest' });
  };
  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    close();
    entry.run();
  };
  return (
    <>
      <label className="field">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Go to"
          aria-expanded
          aria-autocomplete="list"
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          placeholder="Screen, rule, namespace, object, action"
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') move(active + 1);
            else if (event.key === 'ArrowUp') move(active - 1);
            else if (event.key === 'Enter') run(entries[active]);
            else return;
            event.preventDefault();
          }}
        />
      </label>
      <div className="palette-list" role="listbox" id={`${id}-list`} aria-label="Places and actions" ref={list}>
        {entries.length === 0 ? (
          <div className="palette-none" role="option" aria-selected={false} aria-disabled>
            Nothing has this name
          </div>
        ) : null}
        {entries.map((entry, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field has the focus and its keys
          <div
            key={entry.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            className="palette-item"
            onClick={() => run(entry)}
            onPointerMove={() => setChosen(index)}
          >
            <Icon name={entry.icon} />
            <span className="table-cut">{entry.title}</span>
            <span className="end muted small">
              {entry.note ?? entry.section}
              {index === active ? <kbd>Enter</kbd> : null}
            </span>
          </div>
        ))}
      </div>
    </>
  );
}

function useEntries(text: string, current: Current): readonly Entry[] {
  const [, navigate] = useLocation();
  const href = useHref();
  const actions = useActions(current);
  const scanId = current.run?.id;
  const found = useQuery({
    key: text === '' ? null : ['palette', text, scanId],
    ask: (client, signal) => client.palette.search(scanId === undefined ? { text } : { text, scanId }, { signal }),
    keep: true,
  });
  const needle = text.toLowerCase();
  const fits = (entry: Entry): boolean => needle === '' || entry.title.toLowerCase().includes(needle);
  const screens: readonly Entry[] = SCREENS.map((screen) => ({
    id: `screen ${screen.path}`,
    section: 'screen',
    icon: screen.icon,
    title: screen.title,
    note: `g ${screen.letter}`,
    run: () => navigate(href(screen.path)),
  }));
  const hits: readonly Entry[] = (text === '' ? [] : (found.data ?? [])).map((hit) =>
    entryOf(hit, (path, query) => navigate(href(path, query))),
  );
  const filter: readonly Entry[] =
    text === '' || scanId === undefined
      ? []
      : [
          {
            id: 'filter',
            section: 'findings',
            icon: 'filter',
            title: `Filter findings by “${text}”`,
            run: () => navigate(href('/findings', { text })),
          },
        ];
  const parts: readonly Entry[] = ENFORCE_PARTS.map(({ tab, title }) => ({
    id: `enforce ${tab}`,
    section: 'enforce',
    icon: 'enforce',
    title,
    run: () => navigate(href('/enforce', { tab })),
  }));
  return [...screens.filter(fits), ...hits, ...actions.filter(fits), ...parts.filter(fits), ...filter];
}

const ENFORCE_PARTS = [
  { tab: 'objects', title: 'Objects that would be denied or warned of' },
  { tab: 'files', title: 'Files to enforce, and the commands' },
  { tab: 'rollout', title: 'Rollout plan' },
  { tab: 'bypass', title: 'Who can bypass what is enforced' },
  { tab: 'drift', title: 'Drift: what the cluster has installed' },
] as const;

function entryOf(hit: Hit, go: (path: string, query?: Readonly<Record<string, string>>) => void): Entry {
  switch (hit.type) {
    case 'rule':
      return {
        id: `rule ${hit.id}`,
        section: 'rule',
        icon: 'rules',
        title: safe(hit.title),
        note: hit.id,
        run: () => go(`/rules/${hit.id}`),
      };
    case 'namespace':
      return {
        id: `namespace ${hit.name}`,
        section: 'namespace',
        icon: 'folder',
        title: safe(hit.name),
        run: () => go('/findings', { namespace: hit.name }),
      };
    case 'object': {
      const { kind, namespace, name } = hit.object;
      return {
        id: `object ${kind} ${namespace ?? ''} ${name} ${hit.object.apiVersion}`,
        section: 'object',
        icon: 'cube',
        title: safe(`${namespace === undefined ? '' : `${namespace}/`}${name}`),
        note: `${safe(kind)} · ${hit.failing === 0 ? 'nothing fails' : `${plural(hit.failing, 'finding')}`}`,
        run: () => go('/findings', { text: name, kind, ...(namespace === undefined ? {} : { namespace }), group: 'object' }),
      };
    }
  }
}

function useActions({ target, sources }: Current): readonly Entry[] {
  const open = useFrame((state) => state.open);
  const choose = useSession((state) => state.choose);
  const start = useStartScan();
  const cancel = useCancelScan();
  const scanning = useProgress((state) => state.scanId) !== undefined;
  const settings = useSettings();
  const save = useSaveSettings();
  const contexts = useContexts();
  const theme = nextTheme(settings.data?.theme ?? 'system');
  const actions: Entry[] = [];
  if (scanning)
    actions.push({ id: 'cancel', section: 'action', icon: 'close', title: 'Cancel the running scan', run: () => void cancel() });
  else if (target !== undefined)
    actions.push({ id: 'scan', section: 'action', icon: 'play', title: 'Scan now', run: () => void start(target) });
  actions.push(
    { id: 'theme', section: 'action', icon: 'theme', title: `Theme: ${theme}`, run: () => void save({ theme }) },
    // A dialog that opens while this one closes would lose the focus to it.
    {
      id: 'open',
      section: 'action',
      icon: 'folder',
      title: 'Open a folder or snapshot…',
      run: () => setTimeout(() => open('open')),
    },
    {
      id: 'coverage',
      section: 'action',
      icon: 'eye',
      title: 'Coverage of this scan',
      run: () => setTimeout(() => open('coverage')),
    },
    {
      id: 'network',
      section: 'action',
      icon: 'lock',
      title: 'Network log of this scan',
      run: () => setTimeout(() => open('network')),
    },
    { id: 'keys', section: 'action', icon: 'table', title: 'Keyboard shortcuts', run: () => setTimeout(() => open('shortcuts')) },
  );
  for (const source of sources) {
    actions.push({
      id: `source ${source.id}`,
      section: 'source',
      icon: 'cube',
      title: safe(source.name),
      run: () => choose({ type: 'source', id: source.id }),
    });
  }
  for (const context of contexts.data?.contexts ?? []) {
    if (sources.some((source) => source.context === context.name)) continue;
    actions.push({
      id: `context ${context.file} ${context.name}`,
      section: 'context, never scanned',
      icon: 'cube',
      title: safe(context.name),
      run: () => choose({ type: 'target', target: { type: 'context', context: context.name } }),
    });
  }
  return actions;
}
