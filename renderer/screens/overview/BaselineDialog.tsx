import { useLocation } from 'wouter';
import type { Overview } from '#core/api/findings.ts';
import { useHref } from '../../state/current.ts';
import { Segments } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { Empty } from '../../ui/states.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import { RULE_COLUMNS } from './LoadLineTable.tsx';

export type BaselinePart = keyof Overview['baseline'];

const PARTS: readonly { readonly value: BaselinePart; readonly label: string; readonly note: string }[] = [
  {
    value: 'holds',
    label: 'would hold',
    note: 'Judged at least once, failing nowhere: a baseline of these would stop nobody today.',
  },
  { value: 'fails', label: 'fail somewhere', note: 'The gap: they join once what fails is fixed, waived or exempted.' },
  {
    value: 'notApplicable',
    label: 'apply to nothing',
    note: 'No object here is of a kind they judge, so nothing shows that they hold.',
  },
  {
    value: 'notEvaluated',
    label: 'not evaluated',
    note: 'Rights, data or time were missing for some of their verdicts. What is unknown never counts as passing.',
  },
];

/** What a baseline made from this scan would hold, and what keeps the other rules out. */
export function BaselineDialog({
  overview,
  part,
  onPart,
}: {
  readonly overview: Overview;
  readonly part: BaselinePart | undefined;
  readonly onPart: (part: BaselinePart | undefined) => void;
}) {
  const [, navigate] = useLocation();
  const href = useHref();
  const shown = part ?? 'holds';
  const ids = new Set(overview.baseline[shown]);
  const rules = overview.rules.filter((rule) => ids.has(rule.rule));
  return (
    <Dialog
      open={part !== undefined}
      onClose={() => onPart(undefined)}
      size="wide"
      flush
      title="What a baseline would hold"
      note={`${overview.policy}, from this scan`}
    >
      <div className="dialog-bar">
        <Segments
          label="Rules"
          value={shown}
          onChange={onPart}
          choices={PARTS.map((entry) => ({
            value: entry.value,
            label: `${overview.baseline[entry.value].length} ${entry.label}`,
          }))}
        />
        <p className="muted small">{PARTS.find((entry) => entry.value === shown)?.note}</p>
      </div>
      {rules.length === 0 ? (
        <Empty icon="check" title="No rule is in this list" />
      ) : (
        <DataTable
          view="baseline"
          label="Rules"
          columns={RULE_COLUMNS}
          rows={rules}
          keyOf={(rule) => rule.rule}
          first={{ by: 'severity', descending: false }}
          onOpen={(rule) => {
            onPart(undefined);
            navigate(href(`/rules/${rule.rule}`));
          }}
        />
      )}
    </Dialog>
  );
}
