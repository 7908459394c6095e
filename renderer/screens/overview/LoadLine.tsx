import { useRef, useState } from 'react';
import { Link } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { Overview } from '#core/api/findings.ts';
import type { RatchetView } from '#core/api/ratchet.ts';
import type { AppError } from '#core/model.ts';
import { useHref } from '../../state/current.ts';
import { ExportButton } from '../../export/ExportButton.tsx';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Empty, Problem } from '../../ui/states.tsx';
import { useMedia } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { BaselineDialog } from '../baseline/BaselineDialog.tsx';
import { isFew, isFolded, layout } from '#core/load-line/layout.ts';
import { lineBefore, lineOf, rulesOf, type Line } from '#core/load-line/line.ts';
import { AXIS, Plot, TOP } from '../load-line/Plot.tsx';
import { GapList } from './GapList.tsx';
import { labelsOf } from './labels.ts';
import { LoadLineTable } from './LoadLineTable.tsx';
import { PolicyPicker } from './PolicyPicker.tsx';

interface LoadLineProps {
  readonly overview: Overview;
  readonly run: Run;
  /** Undefined where there is no baseline yet. */
  readonly view: RatchetView | undefined;
  readonly waiting: boolean;
  readonly error: AppError | undefined;
  readonly onRetry: () => void;
  readonly asTable: boolean;
  readonly onToggle: () => void;
}

/** Where the baseline stands, how far strict is, and what lies between. */
export function LoadLine({ overview, run, view, waiting, error, onRetry, asTable, onToggle }: LoadLineProps) {
  const [making, setMaking] = useState(false);
  const line = view?.baseline === undefined ? lineBefore(overview) : lineOf(view);
  const none = !waiting && error === undefined && line.baseline === undefined;
  return (
    <section className="panel load-line" aria-labelledby="load-line-title">
      <header className="panel-head">
        <h1 id="load-line-title" className="panel-title">
          The load line
        </h1>
        <span className="muted small load-line-of">
          pass rate of each rule of <PolicyPicker />
          {view?.strict.revision === undefined ? null : `r${view.strict.revision}`} in scan #{run.number}
          {isFolded(line) ? ', by category' : null}
        </span>
        <span className="end" />
        <Legend line={line} />
        <Button look="quiet" small aria-pressed={asTable} onClick={onToggle}>
          Table <kbd>t</kbd>
        </Button>
        <ExportButton run={run} policy={overview.policy} small />
      </header>
      {error !== undefined ? (
        <Problem error={error} onRetry={onRetry} />
      ) : waiting ? (
        <div className="load-line-waiting" role="status" aria-label="Loading" />
      ) : asTable ? (
        <LoadLineTable line={line} overview={overview} />
      ) : rulesOf(line).length === 0 ? (
        <Empty icon="overview" title="No rule was judged">
          <p>No object of this scan could be judged by a rule of {safe(overview.policy)}, so there is nothing to draw.</p>
        </Empty>
      ) : (
        <Picture line={line} overview={overview} view={view} />
      )}
      {none ? <NoBaseline overview={overview} run={run} onMake={() => setMaking(true)} /> : null}
      <BaselineDialog open={making} onClose={() => setMaking(false)} run={run} strict={overview.policy} />
    </section>
  );
}

function Legend({ line }: { readonly line: Line }) {
  return (
    <span className="load-line-key wide-only" aria-hidden="true">
      {line.baseline === undefined ? (
        <span>
          <i className="key-would" /> would be held
        </span>
      ) : (
        <>
          <span>
            <i className="key-base" /> enforced
          </span>
          <span>
            <i className="key-ready" /> passes, not yet enforced
          </span>
        </>
      )}
      <span>
        <i className="key-gap" /> fails somewhere
      </span>
      {line.baseline === undefined ? null : (
        <span>
          <i className="key-regressed" /> regressed
        </span>
      )}
    </span>
  );
}

function NoBaseline({ overview, run, onMake }: { readonly overview: Overview; readonly run: Run; readonly onMake: () => void }) {
  const href = useHref();
  const holds = overview.baseline.holds.length;
  const { notApplicable, notEvaluated } = overview.baseline;
  const apart = [
    ...(notApplicable.length === 0 ? [] : [`${plural(notApplicable.length, 'rule applies', 'rules apply')} to nothing here`]),
    ...(notEvaluated.length === 0 ? [] : [`${plural(notEvaluated.length, 'rule was', 'rules were')} not evaluated`]),
  ];
  return (
    <footer className="load-line-foot">
      <Button look="primary" onClick={onMake}>
        {holds === 0 ? 'Make a baseline…' : `Make a baseline of ${plural(holds, 'rule')}…`}
      </Button>
      <p className="muted small">
        No baseline yet. {holds === 0 ? 'No rule holds everywhere' : 'These rules hold wherever they apply'} in scan #{run.number}
        , which would be its evidence; every change can be taken back.
        {apart.length === 0 ? null : ` ${apart.join('; ')}.`}{' '}
        <Link className="link" href={href('/ratchet')}>
          How it rises
        </Link>
      </p>
    </footer>
  );
}

function Picture({
  line,
  overview,
  view,
}: {
  readonly line: Line;
  readonly overview: Overview;
  readonly view: RatchetView | undefined;
}) {
  const href = useHref();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const narrow = useMedia('(max-width: 1080px)');
  const beside = isFew(line) && !narrow && line.gap.length > 0;
  const tall = useMedia('(min-height: 1100px)');
  const height = tall ? 200 : 146;
  const drawn = layout(line, Math.max(0, (beside ? Math.min(width, 720) : width) - AXIS));
  return (
    <div className={beside ? 'load-line-body load-line-beside' : 'load-line-body'} ref={box}>
      {width === 0 ? (
        <div style={{ height: height + TOP + 54 }} />
      ) : (
        <Plot
          line={line}
          drawn={drawn}
          height={height}
          room={beside ? Math.max(drawn.width + 40, 300) : width - AXIS}
          labels={labelsOf(line, overview, view, href('/ratchet'))}
        />
      )}
      {beside && width > 0 ? <GapList rules={line.gap} rows={Math.floor((height + TOP + 40) / 28)} /> : null}
    </div>
  );
}
