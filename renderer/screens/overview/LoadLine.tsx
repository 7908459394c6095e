import { useRef, useState } from 'react';
import type { Run } from '#core/api/common.ts';
import type { Overview } from '#core/api/findings.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Empty } from '../../ui/states.tsx';
import { useMedia } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { BaselineDialog, type BaselinePart } from './BaselineDialog.tsx';
import { GapList } from './GapList.tsx';
import { isFew, layout, zonesOf, type Zones } from './load-line.ts';
import { LoadLineTable } from './LoadLineTable.tsx';
import { AXIS, Plot, TOP } from './Plot.tsx';
import { PolicyPicker } from './PolicyPicker.tsx';
import './load-line.css';

interface LoadLineProps {
  readonly overview: Overview;
  readonly run: Run;
  readonly asTable: boolean;
  readonly onToggle: () => void;
}

/** What a baseline made now would hold. No line and no mark is drawn: there is no baseline yet. */
export function LoadLine({ overview, run, asTable, onToggle }: LoadLineProps) {
  const [part, setPart] = useState<BaselinePart | undefined>();
  const zones = zonesOf(overview);
  const { notApplicable, notEvaluated } = overview.baseline;
  return (
    <section className="panel load-line" aria-labelledby="load-line-title">
      <header className="panel-head">
        <h1 id="load-line-title" className="panel-title">
          The load line
        </h1>
        <span className="muted small load-line-of">
          pass rate of each rule of <PolicyPicker /> in scan #{run.number}
        </span>
        <span className="end" />
        <span className="load-line-key wide-only" aria-hidden="true">
          <span>
            <i className="key-would" /> would be held
          </span>
          <span>
            <i className="key-gap" /> fails somewhere
          </span>
        </span>
        <Button look="quiet" small aria-pressed={asTable} onClick={onToggle}>
          Table <kbd>t</kbd>
        </Button>
      </header>
      {asTable ? (
        <LoadLineTable overview={overview} />
      ) : zones.holds.length + zones.gap.length === 0 ? (
        <Empty icon="overview" title="No rule was judged">
          <p>No object of this scan could be judged by a rule of {overview.policy}, so there is nothing to draw.</p>
        </Empty>
      ) : (
        <Picture zones={zones} overview={overview} />
      )}
      <footer className="load-line-foot">
        <Button look="primary" disabled={zones.holds.length === 0} onClick={() => setPart('holds')}>
          {zones.holds.length === 0 ? 'It would hold no rule yet' : `See the ${plural(zones.holds.length, 'rule')} it would hold`}
        </Button>
        <p className="muted small">
          No baseline yet. Scan #{run.number} would be its evidence.
          {notApplicable.length === 0 ? null : (
            <>
              {' '}
              <button type="button" className="link" onClick={() => setPart('notApplicable')}>
                {plural(notApplicable.length, 'rule applies', 'rules apply')} to nothing here
              </button>
              .
            </>
          )}
          {notEvaluated.length === 0 ? null : (
            <>
              {' '}
              <button type="button" className="link" onClick={() => setPart('notEvaluated')}>
                {plural(notEvaluated.length, 'rule was', 'rules were')} not evaluated
              </button>
              .
            </>
          )}
        </p>
      </footer>
      <BaselineDialog overview={overview} part={part} onPart={setPart} />
    </section>
  );
}

function Picture({ zones, overview }: { readonly zones: Zones; readonly overview: Overview }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const few = isFew(zones);
  const narrow = useMedia('(max-width: 1080px)');
  const beside = few && !narrow && zones.gap.length > 0;
  const tall = useMedia('(min-height: 1100px)');
  const height = tall ? 200 : 146;
  const wanted = layout(zones, Math.max(0, (beside ? Math.min(width, 640) : width) - AXIS));
  return (
    <div className={beside ? 'load-line-body load-line-beside' : 'load-line-body'} ref={box}>
      {width === 0 ? (
        <div style={{ height: height + TOP + 60 }} />
      ) : (
        <Plot zones={zones} overview={overview} drawn={wanted} height={height} room={beside ? wanted.width : width - AXIS} />
      )}
      {beside && width > 0 ? <GapList rules={zones.gap} rows={Math.floor((height + TOP + 40) / 28)} /> : null}
    </div>
  );
}
