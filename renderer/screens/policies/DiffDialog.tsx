import type { PolicyDiff } from '#core/api/policies.ts';
import { useQuery } from '../../state/query.ts';
import { plural } from '../../ui/format.ts';
import { Dialog } from '../../ui/overlays.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';

export interface Version {
  readonly name: string;
  readonly revision?: number;
}

const versionText = ({ name, revision }: Version): string => (revision === undefined ? safe(name) : `${safe(name)} r${revision}`);

export function DiffDialog({
  from,
  to,
  onClose,
}: {
  readonly from: Version;
  readonly to: Version;
  readonly onClose: () => void;
}) {
  return (
    <Dialog open onClose={onClose} size="wide" title={`${versionText(from)} against ${versionText(to)}`}>
      <DiffTable from={from} to={to} />
    </Dialog>
  );
}

/** What is in the second and not in the first, the other way round, and what both have but set otherwise. */
export function DiffTable({ from, to }: { readonly from: Version; readonly to: Version }) {
  const diff = useQuery({
    key: ['policy-diff', from, to],
    ask: (client, signal) => client.policies.diff({ from, to }, { signal }),
    on: ['workspace'],
  });
  if (diff.error !== undefined) return <Problem error={diff.error} onRetry={diff.refetch} />;
  if (diff.data === undefined) return <Skeleton rows={1} />;
  const { rows } = diff.data;
  if (rows.length === 0) return <Empty icon="check" title="They say the same" />;
  return (
    <>
      <p className="muted small policies-summary">{plural(rows.length, 'rule differs', 'rules differ')}</p>
      <table className="diff-table">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">{versionText(from)}</th>
            <th scope="col">{versionText(to)}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.rule}>
              <th scope="row">
                <span className={`diff-${row.change}`}>{WORDS[row.change]}</span> {safe(row.title)}{' '}
                <code className="muted">{safe(row.rule)}</code>
              </th>
              <td>{sideText(row.before, row.after)}</td>
              <td>{sideText(row.after, row.before)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const WORDS = { added: '+ added', removed: '− removed', changed: '~ changed' } as const;

type Side = PolicyDiff['rows'][number]['before'];

/** The mode, and whatever else differs from the other side. */
function sideText(side: Side, other: Side): string {
  if (side === undefined) return 'not there';
  const parts = [side.mode, side.severity === other?.severity ? '' : side.severity];
  if (side.message !== other?.message && other !== undefined) parts.push(`“${safeLine(side.message)}”`);
  if (JSON.stringify(side.params) !== JSON.stringify(other?.params ?? {}) && Object.keys(side.params).length > 0)
    parts.push(safeLine(JSON.stringify(side.params)));
  if (JSON.stringify(side.scope) !== JSON.stringify(other?.scope) && side.scope !== undefined)
    parts.push(`scope ${safeLine(JSON.stringify(side.scope))}`);
  return parts.filter((part) => part !== '').join(', ');
}
