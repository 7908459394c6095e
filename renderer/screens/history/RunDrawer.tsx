import { useLocation } from 'wouter';
import type { Run } from '#core/api/common.ts';
import { hasVerdicts } from '#core/model.ts';
import { ExportButton } from '../../export/ExportButton.tsx';
import { Button } from '../../ui/controls.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { DrawerHead } from '../../ui/DrawerHead.tsx';
import { count, dateTime, duration, percent, plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Problem } from '../../ui/states.tsx';
import { Failing, postureOf, RunStatusWord } from './RunTable.tsx';

interface RunDrawerProps {
  readonly run: Run;
  readonly runs: readonly Run[];
  readonly onClose: () => void;
  readonly onDelete: () => void;
}

const TITLE = 'run-title';

/** One run: its record, and what can be done with it. */
export function RunDrawer({ run, runs, onClose, onDelete }: RunDrawerProps) {
  const [, navigate] = useLocation();
  const usable = hasVerdicts(run);
  const before = runs
    .filter((other) => other.source.id === run.source.id && hasVerdicts(other) && other.startedAt < run.startedAt)
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
  const posture = postureOf(run);
  return (
    <Drawer
      labelledBy={TITLE}
      onClose={onClose}
      head={
        <DrawerHead
          id={TITLE}
          title={`Scan #${run.number} of ${safe(run.source.name)}`}
          marks={<RunStatusWord run={run} />}
          onClose={onClose}
        >
          <p className="small muted">{dateTime(run.startedAt)}</p>
        </DrawerHead>
      }
    >
      {run.error === undefined ? null : (
        <section>
          <Problem error={run.error} />
        </section>
      )}
      <section>
        <div className="acts">
          <Button look="primary" disabled={!usable} onClick={() => navigate(`/?scan=${run.id}`)}>
            Show this scan
          </Button>
          <Button disabled={!usable} onClick={() => navigate(`/findings?scan=${run.id}`)}>
            Findings
          </Button>
          <Button
            icon="compare"
            disabled={!usable || before === undefined}
            onClick={() => (before === undefined ? undefined : navigate(`/history/diff?from=${before.id}&to=${run.id}`))}
          >
            {before === undefined ? 'Nothing before it' : `Compare with #${before.number}`}
          </Button>
          <ExportButton run={run} policy={run.policy} />
          <Button look="danger" icon="trash" disabled={run.status === 'running'} onClick={onDelete}>
            Delete…
          </Button>
        </div>
      </section>
      <section>
        <h3>Result</h3>
        <dl className="facts">
          <dt>Failing</dt>
          <dd>
            <Failing run={run} />
          </dd>
          <dt>Posture</dt>
          <dd>{posture === undefined || !usable ? 'none' : `${percent(posture, 1)}, of ${percent(run.covered)} covered`}</dd>
          <dt>Objects</dt>
          <dd>
            {count(run.objects)}, {run.evaluated === 0 ? 'none had to be judged anew' : `${count(run.evaluated)} judged anew`}
          </dd>
          <dt>Took</dt>
          <dd>{run.durationMs === undefined ? 'not finished' : duration(run.durationMs)}</dd>
        </dl>
      </section>
      <section>
        <h3>Record</h3>
        <dl className="facts">
          <Fact name="Run" value={run.id} code />
          <Fact name="Origin" value={run.origin} />
          <Fact name="Server" value={run.server} code />
          <Fact name="User" value={run.user} />
          <Fact name="Kubernetes" value={run.kubernetesMinor} />
          <Fact
            name="Requests"
            value={run.requests === 0 ? undefined : `${plural(run.requests, 'request')}, all of them reads`}
          />
          <Fact name="Plimsoll" value={run.toolVersion} />
          <Fact
            name="Git"
            value={
              run.git === undefined
                ? undefined
                : [run.git.remote, run.git.branch, run.git.commit].filter((part) => part !== undefined).join('\n')
            }
            code
          />
          <Fact
            name="CI"
            value={
              run.ci === undefined ? undefined : [run.ci.vendor, run.ci.jobUrl].filter((part) => part !== undefined).join('\n')
            }
          />
          <Fact
            name="Labels"
            value={
              Object.keys(run.labels).length === 0
                ? undefined
                : Object.entries(run.labels)
                    .map(([key, value]) => `${key}=${value}`)
                    .join('\n')
            }
            code
          />
        </dl>
      </section>
    </Drawer>
  );
}

function Fact({
  name,
  value,
  code = false,
}: {
  readonly name: string;
  readonly value: string | undefined;
  readonly code?: boolean;
}) {
  if (value === undefined || value === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd className={code ? 'mono lines' : 'lines'}>{value.split('\n').map(safe).join('\n')}</dd>
    </>
  );
}
