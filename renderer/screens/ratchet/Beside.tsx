import { useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { BaselineRow, RatchetView } from '#core/api/ratchet.ts';
import type { Change } from '#core/api/workspace.ts';
import { useHref } from '../../state/current.ts';
import { useUndo } from '../../state/undo.ts';
import { Button } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Problem } from '../../ui/states.tsx';
import { BaselineDialog } from '../baseline/BaselineDialog.tsx';
import { lineOf } from '#core/load-line/line.ts';
import { MiniLine } from '../load-line/Mini.tsx';
import { DemoteDialog } from './DemoteDialog.tsx';
import { GapLane } from './GapLane.tsx';
import { HeldLane } from './HeldLane.tsx';
import { PairChooser } from './PairChooser.tsx';
import { PromoteDialog } from './PromoteDialog.tsx';
import { ReadyLane } from './ReadyLane.tsx';
import { Regressions } from './Regressions.tsx';
import { RuleDrawer } from './RuleDrawer.tsx';
import { useMoves } from './use-moves.ts';

interface BesideProps {
  readonly run: Run;
  readonly view: RatchetView;
  readonly baseline: NonNullable<RatchetView['baseline']>;
  readonly busy: boolean;
}

type Asking =
  | { readonly what: 'promote' }
  | { readonly what: 'make' }
  | { readonly what: 'demote'; readonly rows: readonly BaselineRow[] };

/** The pair as three lanes. */
export function Beside({ run, view, baseline, busy }: BesideProps) {
  const [asking, setAsking] = useState<Asking | undefined>();
  const { rule, show, hide } = useShown();
  const moves = useMoves(view, run.id);
  const undo = useUndo();
  const regressed = view.held.filter((row) => row.regressed !== undefined);
  const takeBack = (change: Change): void => void undo(change);
  return (
    <div className="split ratchet-split" aria-busy={busy}>
      <div className="ratchet">
        <Head run={run} view={view} baseline={baseline.name} onAsk={setAsking} />
        {moves.problem === undefined ? null : (
          <div className="notice notice-bad">
            <Problem error={moves.problem} acts={<Button onClick={moves.clear}>Close</Button>} />
          </div>
        )}
        <Regressions rows={regressed} baseline={baseline.name} onDemote={() => setAsking({ what: 'demote', rows: regressed })} />
        <section className="panel ratchet-line" aria-label="Load line">
          <MiniLine line={lineOf(view)} />
          <p className="small muted">
            <b>{count(baseline.rules)}</b>
            {view.ready.length === 0 ? null : (
              <>
                {' '}
                now → <b>{count(baseline.rules + view.ready.length)}</b>
              </>
            )}{' '}
            of {count(view.strict.rules)} {view.ready.length === 0 ? 'rules held' : 'with all ready rules'}
          </p>
        </section>
        <div className="lanes">
          <HeldLane rows={view.held} selected={rule} onOpen={show} />
          <ReadyLane
            view={view}
            selected={rule}
            onOpen={show}
            onPromote={(row) => void moves.promote([row])}
            onUndo={takeBack}
            busy={moves.busy}
          />
          <GapLane view={view} selected={rule} onOpen={show} />
        </div>
      </div>
      {rule === undefined ? null : (
        <RuleDrawer
          view={view}
          rule={rule}
          onClose={hide}
          onPromote={(row) => void moves.promote([row])}
          onDemote={(row) => setAsking({ what: 'demote', rows: [row] })}
          onUndo={takeBack}
        />
      )}
      {asking?.what === 'promote' ? (
        <PromoteDialog
          view={view}
          onClose={() => setAsking(undefined)}
          onPromote={(reason) => {
            setAsking(undefined);
            void moves.promote(view.ready, reason);
          }}
        />
      ) : null}
      {asking?.what === 'demote' ? (
        <DemoteDialog
          rows={asking.rows}
          baseline={baseline.name}
          onClose={() => setAsking(undefined)}
          onDemote={(rules, reason) => {
            setAsking(undefined);
            void moves.demote(rules, reason);
          }}
        />
      ) : null}
      <BaselineDialog open={asking?.what === 'make'} onClose={() => setAsking(undefined)} run={run} strict={view.strict.name} />
    </div>
  );
}

interface HeadProps {
  readonly run: Run;
  readonly view: RatchetView;
  readonly baseline: string;
  readonly onAsk: (asking: Asking) => void;
}

function Head({ run, view, baseline, onAsk }: HeadProps) {
  const href = useHref();
  const { criteria, ready } = view;
  const sources = criteria.sources.length === 0 ? 'every source that strict governs' : safe(criteria.sources.join(', '));
  return (
    <header className="screen-head">
      <h1>Ratchet</h1>
      <PairChooser baseline={baseline} strict={view.strict.name} />
      <span className="muted small mid-only">in {safe(run.source.name)}</span>
      <span className="end acts">
        <Link
          className="button button-quiet"
          href={href('/workspace')}
          title={`Passing consistently: ${plural(criteria.runs, 'clean run')} over ${plural(criteria.days, 'day')}, in ${sources}`}
        >
          Criteria: {plural(criteria.runs, 'run')}, {plural(criteria.days, 'day')}
        </Link>
        <Button look="quiet" onClick={() => onAsk({ what: 'make' })}>
          New baseline…
        </Button>
        <Button look="primary" disabled={ready.length === 0} onClick={() => onAsk({ what: 'promote' })}>
          {ready.length === 0 ? 'Nothing ready' : `Promote ${count(ready.length)} ready…`}
        </Button>
      </span>
    </header>
  );
}

/** The rule shown beside the lanes; the address carries it. */
function useShown(): { readonly rule: string | undefined; readonly show: (rule: string) => void; readonly hide: () => void } {
  const [params] = useSearchParams();
  const [path, navigate] = useLocation();
  const go = (rule: string | undefined): void => {
    const next = new URLSearchParams(params);
    if (rule === undefined) next.delete('rule');
    else next.set('rule', rule);
    const text = next.toString();
    navigate(text === '' ? path : `${path}?${text}`);
  };
  return { rule: params.get('rule') ?? undefined, show: go, hide: () => go(undefined) };
}
