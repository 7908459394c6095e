import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { EnforcePreview, EnforceRule } from '#core/api/enforce.ts';
import { REPLAY_OUTCOMES } from '#core/enforce/replay/words.ts';
import { useHref } from '../../state/current.ts';
import { Drawer } from '../../ui/Drawer.tsx';
import { DrawerHead } from '../../ui/DrawerHead.tsx';
import { count, plural } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { hardestOf, ModeMark, OutcomeMark } from './outcomes.tsx';
import { objectsAt, useAddress } from './use-enforce.ts';

interface RuleDrawerProps {
  readonly preview: EnforcePreview;
  readonly rule: string;
  readonly onClose: () => void;
}

const TITLE = 'enforce-rule';

/** One rule of the export: what it does where, what it says, what it leaves out and whom it lets off. */
export function RuleDrawer({ preview, rule: id, onClose }: RuleDrawerProps) {
  const href = useHref();
  const rule = preview.rules.find((one) => one.rule === id);
  if (rule === undefined) return null;
  return (
    <Drawer
      labelledBy={TITLE}
      onClose={onClose}
      head={
        <DrawerHead
          id={TITLE}
          title={safe(rule.title)}
          marks={
            <>
              <ModeMark mode={hardestOf(rule)} />
              <SeverityMark severity={rule.severity} />
            </>
          }
          onClose={onClose}
        >
          <p className="small">
            <Link className="link" href={href(`/rules/${id}`)}>
              <code>{id}</code>
            </Link>
          </p>
        </DrawerHead>
      }
    >
      <section>
        <h3>What it does</h3>
        <dl className="facts">
          {rule.actions.map((action) => (
            <Fact key={action.mode + (action.namespaces?.join() ?? '')} name={<ModeMark mode={action.mode} />}>
              {placeOf(action)}
            </Fact>
          ))}
          <Fact name="Judges">
            {rule.operations.map((operation) => (operation === 'CREATE' ? 'creation' : 'changes')).join(', ')}
          </Fact>
          <Fact name="Where it cannot be computed">
            {rule.failurePolicy === 'Ignore' ? 'the request is let through (Ignore)' : 'the request is refused (Fail)'}
          </Fact>
          <Fact name="Kubernetes">{rule.minimumKubernetes} or newer</Fact>
          <Fact name="Policy says">{rule.mode}</Fact>
        </dl>
      </section>
      <section>
        <h3>
          Message <span className="muted small">where none about the failing place can be computed</span>
        </h3>
        <p className="enforce-said">{safeLine(rule.message)}</p>
      </section>
      {rule.counts === undefined ? null : <Counts rule={rule} />}
      {rule.narrowed === undefined ? null : (
        <section>
          <h3>Narrowed</h3>
          <p className="second prose">The exported form judges less than a scan: {safeLine(rule.narrowed)}.</p>
        </section>
      )}
      <Waivers rule={rule} />
    </Drawer>
  );
}

function placeOf({ namespaces, exceptNamespaces }: EnforceRule['actions'][number]): string {
  if (namespaces !== undefined) return `in ${namespaces.map(safe).join(', ')}`;
  return exceptNamespaces === undefined ? 'everywhere' : `everywhere but in ${exceptNamespaces.map(safe).join(', ')}`;
}

function Fact({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Counts({ rule: { rule, counts } }: { readonly rule: EnforceRule }) {
  const { href } = useAddress();
  const met = REPLAY_OUTCOMES.filter((outcome) => (counts?.[outcome] ?? 0) > 0);
  return (
    <section>
      <h3>On this scan</h3>
      {met.length === 0 ? (
        <p className="second">No object meets it.</p>
      ) : (
        <ul className="enforce-reasons small">
          {met.map((outcome) => (
            <li key={outcome}>
              <OutcomeMark outcome={outcome} />
              <Link className="link figure" href={href(objectsAt({ rule, outcome }))}>
                {plural(counts?.[outcome] ?? 0, 'object')}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Waivers({ rule: { waivers, waiversLeftOut } }: { readonly rule: EnforceRule }) {
  if (waivers.length + waiversLeftOut.length === 0) return null;
  return (
    <section>
      <h3>
        Waivers{' '}
        <span className="muted small">
          {count(waivers.length)} carried{waiversLeftOut.length === 0 ? '' : `, ${count(waiversLeftOut.length)} left out`}
        </span>
      </h3>
      <ul className="enforce-waivers small">
        {waivers.map(({ id, reason, expires }) => (
          <li key={id}>
            <OutcomeMark outcome="letThrough" word="carried" />
            <span>
              {safeLine(reason)} <span className="muted">{expires === undefined ? 'without an end' : `until ${expires}`}</span>
            </span>
          </li>
        ))}
        {waiversLeftOut.map(({ id, reason, why }) => (
          <li key={id}>
            <OutcomeMark outcome="denied" word="left out" />
            <span>
              {safeLine(reason)} <span className="muted">{safeLine(why)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
