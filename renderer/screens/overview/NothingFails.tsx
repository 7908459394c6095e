import type { Run } from '#core/api/common.ts';
import type { Overview } from '#core/api/findings.ts';
import { useFrame } from '../../app/frame-store.ts';
import { count, percent, plural } from '../../ui/format.ts';
import { Empty } from '../../ui/states.tsx';

/** Said plainly, and with what it does not say. */
export function NothingFails({ overview, run }: { readonly overview: Overview; readonly run: Run }) {
  const open = useFrame((state) => state.open);
  const judged = overview.posture.pass + overview.posture.fail;
  return (
    <section className="panel">
      {judged === 0 ? (
        <Empty icon="cube" title="Nothing was judged">
          <p>
            {plural(overview.objects, 'object')} of scan #{run.number} match no rule of {overview.policy}.
          </p>
        </Empty>
      ) : (
        <Empty icon="check" title={`No rule of ${overview.policy} fails`}>
          <p>
            {plural(overview.rules.length, 'rule')} were judged on {plural(overview.objects, 'object')} in scan #{run.number}.{' '}
            {overview.notEvaluated === 0 ? null : (
              <>
                {count(overview.notEvaluated)} verdicts were not evaluated, with {percent(overview.posture.covered)} covered:{' '}
                <button type="button" className="link" onClick={() => open('coverage')}>
                  what is missing
                </button>
                .
              </>
            )}
          </p>
        </Empty>
      )}
    </section>
  );
}
