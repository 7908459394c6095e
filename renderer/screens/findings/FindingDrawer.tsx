import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { FindingDetail } from '#core/api/findings.ts';
import { useHref } from '../../state/current.ts';
import { useQuery } from '../../state/query.ts';
import { Button } from '../../ui/controls.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { plural, words } from '../../ui/format.ts';
import { SeverityMark, VerdictMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { copy } from '../../ui/toast.tsx';
import { FindingActs } from './FindingActs.tsx';
import { Fix, Others, Place, queryNow } from './FindingParts.tsx';
import { Past } from './FindingPast.tsx';

interface FindingDrawerProps {
  readonly run: Run;
  readonly policy: string;
  readonly fingerprint: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly onStep: (by: 1 | -1) => void;
  readonly onClose: () => void;
}

const TITLE = 'finding-title';

/** One finding: what fails, why it matters, where in the object, how to fix it, since when. */
export function FindingDrawer({ run, policy, fingerprint, before, after, onStep, onClose }: FindingDrawerProps) {
  const href = useHref();
  const detail = useQuery({
    key: ['finding', run.id, policy, fingerprint],
    ask: (client, signal) => client.findings.get({ scanId: run.id, policy, fingerprint }, { signal }),
    on: ['settings', 'workspace'],
    keep: true,
  });
  const shown = detail.data;
  const acts = (
    <span className="acts end">
      <Button
        look="quiet"
        small
        icon="up"
        aria-label="Finding before"
        title="Finding before (k)"
        disabled={before === undefined}
        onClick={() => onStep(-1)}
      />
      <Button
        look="quiet"
        small
        icon="down"
        aria-label="Finding after"
        title="Finding after (j)"
        disabled={after === undefined}
        onClick={() => onStep(1)}
      />
      <Button
        look="quiet"
        small
        icon="link"
        aria-label="Copy link"
        title="Copy link"
        // The run is part of the link: tomorrow's scan may not have this finding.
        onClick={() =>
          void copy(new URL(href(location.pathname, { ...queryNow(), scan: run.id }), location.origin).href, 'Link copied')
        }
      />
      <Button look="quiet" small icon="close" aria-label="Close" title="Close (Esc)" onClick={onClose} />
    </span>
  );
  const head =
    shown === undefined ? (
      <div className="drawer-marks">
        <h2 id={TITLE}>Finding</h2>
        {acts}
      </div>
    ) : (
      <Head detail={shown} acts={acts} />
    );
  return (
    <Drawer labelledBy={TITLE} head={head} onClose={onClose}>
      {detail.error !== undefined ? (
        <Problem error={detail.error} onRetry={detail.refetch} />
      ) : shown === undefined ? (
        <Skeleton rows={2} />
      ) : (
        <Body detail={shown} policy={policy} />
      )}
    </Drawer>
  );
}

function Head({ detail, acts }: { readonly detail: FindingDetail; readonly acts: ReactNode }) {
  const { finding } = detail;
  const { object } = finding;
  return (
    <>
      <div className="drawer-marks">
        <VerdictMark verdict={finding.verdict} />
        <SeverityMark severity={finding.severity} />
        <span className="muted small wide-only">{words(finding.category)}</span>
        {finding.isNew ? <span className="tag tag-new">new</span> : null}
        {finding.debt ? (
          <span className="tag" title="Known when the baseline was made: it fails, but is not new">
            known debt
          </span>
        ) : null}
        {acts}
      </div>
      <h2 id={TITLE}>{safe(finding.title)}</h2>
      <p className="small break">
        <span className="muted">{safe(object.kind)}</span> {object.namespace === undefined ? '' : `${safe(object.namespace)}/`}
        <span className="strong">{safe(object.name)}</span>
        <span className="muted">
          {finding.container === undefined ? '' : ` · container ${safe(finding.container)}`}
          {finding.team === undefined ? ' · unowned' : ` · team ${safe(finding.team)}`}
          {finding.owned === 0 ? '' : ` · ${plural(finding.owned, 'owned object')}`}
        </span>
      </p>
    </>
  );
}

function Body({ detail, policy }: { readonly detail: FindingDetail; readonly policy: string }) {
  const href = useHref();
  const { finding } = detail;
  return (
    <>
      <section aria-label="Why it matters">
        <p className="second prose">
          {safeLine(detail.why)}{' '}
          <Link className="link" href={href(`/rules/${finding.rule}`)}>
            Rule page
          </Link>
        </p>
        {finding.reason === undefined ? null : (
          <p className="small prose">
            <VerdictMark verdict={finding.verdict} /> <span className="second">{safeLine(finding.reason)}</span>
          </p>
        )}
      </section>
      <FindingActs finding={finding} policy={policy} />
      <Place detail={detail} />
      <Fix detail={detail} />
      <Others detail={detail} />
      <Past detail={detail} />
    </>
  );
}
