import { DropdownMenu } from 'radix-ui';
import type { z } from 'zod';
import type { kubeContext, Source } from '#core/api/scans.ts';
import type { Current } from '../state/current.ts';
import { useQuery } from '../state/query.ts';
import { targetName, useSession, type Choice } from '../state/session.ts';
import { Name } from '../ui/controls.tsx';
import { age } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { useFrame } from './frame-store.ts';
import { useNow } from './use-now.ts';
import { useStartScan } from './use-scan.ts';

type Context = z.infer<typeof kubeContext>;

export const useContexts = () =>
  useQuery({ key: ['contexts'], ask: (client, signal) => client.sources.contexts({}, { signal }), on: ['sources'] });

export const useAppInfo = () => useQuery({ key: ['app'], ask: (client, signal) => client.app.info(undefined, { signal }) });

export const sourceIcon = (kind: Source['kind']): IconName =>
  kind === 'manifests' ? 'folder' : kind === 'snapshot' ? 'cube' : kind === 'ci' ? 'play' : 'cube';

/** The cluster chip and its menu. Choosing a context that was never scanned scans it; anything else contacts nothing. */
export function SourceSwitcher({ current }: { readonly current: Current }) {
  const choose = useSession((state) => state.choose);
  const open = useFrame((state) => state.open);
  const contexts = useContexts();
  const info = useAppInfo();
  const start = useStartScan();
  const { source, target, sources } = current;
  const known = contexts.data?.contexts ?? [];
  const isContext = (candidate: Source): boolean =>
    candidate.kind === 'cluster' && known.some((context) => context.name === candidate.context);
  const others = sources.filter((candidate) => !isContext(candidate));
  const name = source?.name ?? (target === undefined ? 'Choose a source' : targetName(target));
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="source-chip"
          aria-label={`Source: ${name}${source?.production === true ? ', production' : ''}`}
        >
          <span className={source === undefined ? 'cluster-square cluster-square-empty' : 'cluster-square'} />
          <Name text={name} />
          {source?.production === true ? <span className="cluster-word">PRODUCTION</span> : null}
          <Icon name="down" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content className="menu" align="start" sideOffset={6}>
        {known.length === 0 ? null : (
          <DropdownMenu.Group>
            <DropdownMenu.Label className="menu-label">Contexts of the kubeconfig</DropdownMenu.Label>
            {known.map((context) => (
              <ContextItem key={`${context.file} ${context.name}`} context={context} current={current} onChoose={choose} />
            ))}
          </DropdownMenu.Group>
        )}
        {others.length === 0 ? null : (
          <DropdownMenu.Group>
            <DropdownMenu.Label className="menu-label">{known.length === 0 ? 'Sources' : 'Other sources'}</DropdownMenu.Label>
            {others.map((candidate) => (
              <SourceItem key={candidate.id} source={candidate} chosen={candidate.id === source?.id} onChoose={choose} />
            ))}
          </DropdownMenu.Group>
        )}
        <DropdownMenu.Separator className="menu-line" />
        {info.data?.sample === true ? (
          <DropdownMenu.Item className="menu-item" onSelect={() => void start({ type: 'sample' })}>
            <Icon name="cube" /> The bundled sample
          </DropdownMenu.Item>
        ) : null}
        <DropdownMenu.Item
          className="menu-item" // The menu gives the focus back as it closes; the dialog must open after that.
          onSelect={() => setTimeout(() => open('open'))}
        >
          <Icon name="plus" /> Open a folder or snapshot…
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

interface ItemProps {
  readonly onChoose: (choice: Choice) => void;
}

function ContextItem({ context, current, onChoose }: ItemProps & { readonly context: Context; readonly current: Current }) {
  const start = useStartScan();
  const source = current.sources.find((candidate) => candidate.kind === 'cluster' && candidate.context === context.name);
  if (source !== undefined) return <SourceItem source={source} chosen={source.id === current.source?.id} onChoose={onChoose} />;
  const chosen = current.source === undefined && current.target?.type === 'context' && current.target.context === context.name;
  return (
    <DropdownMenu.Item className="menu-item" onSelect={() => void start({ type: 'context', context: context.name })}>
      <span className="cluster-square cluster-square-empty" />
      <Name text={context.name} />
      <span className="end muted small nowrap">never scanned: scan it</span>
      {chosen ? <Icon name="check" /> : null}
    </DropdownMenu.Item>
  );
}

function SourceItem({ source, chosen, onChoose }: ItemProps & { readonly source: Source; readonly chosen: boolean }) {
  const now = useNow();
  return (
    <DropdownMenu.Item
      className="menu-item"
      data-colour={source.colour}
      onSelect={() => onChoose({ type: 'source', id: source.id })}
    >
      {source.kind === 'cluster' ? <span className="cluster-square" /> : <Icon name={sourceIcon(source.kind)} />}
      <Name text={source.name} />
      {source.production ? <span className="cluster-word">PRODUCTION</span> : null}
      {source.kind === 'cluster' ? null : (
        <span className="muted small">{source.kind === 'manifests' ? 'folder' : source.kind}</span>
      )}
      <span className="end muted small nowrap">
        {source.latest === undefined ? 'never scanned' : `${age(source.latest.startedAt, now)} ago`}
      </span>
      {chosen ? <Icon name="check" /> : null}
    </DropdownMenu.Item>
  );
}
