import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MATCHERS, ruleOf } from '#core/evaluate/small-rules.fixture.ts';
import { VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactVerdict, ScanObject } from '#core/inventory/model.ts';
import { missingControls, namespaceFacts, pssPolicy } from '#core/enforce/psa/facts.ts';
import { psaFiles } from '#core/enforce/psa/files.ts';
import { psaLabels } from '#core/enforce/psa/labels.ts';
import { isChecked, PSS_CONTROLS, PSS_LEVELS, stricter } from '#core/enforce/psa/levels.ts';
import type { PssLevel } from '#core/enforce/psa/levels.ts';
import { psaPlan } from '#core/enforce/psa/plan.ts';
import { standingOf } from '#core/enforce/psa/standing.ts';
import type { ControlFacts } from '#core/enforce/psa/standing.ts';
import type { CoverageEntry } from '#core/model.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { entryOf } from '#core/policy/small-scan.fixture.ts';
import { policyRules, project } from '#core/policy/project.ts';
import type { Rule } from '#core/rules/model.ts';

/** Rules for three controls stand for all: what each says of an object is what the test says. */
const pss = (id: string, level: string, control: string): Rule => ({
  ...ruleOf({ id, require: 'true' }),
  frameworks: [{ id: 'PSS', level, control }],
});
const RULES: readonly Rule[] = [
  pss('no-host', 'baseline', 'hostNamespaces'),
  pss('no-path', 'baseline', 'hostPathVolumes'),
  pss('no-root', 'restricted', 'runAsNonRoot'),
  ruleOf({ id: 'other', require: 'true' }),
];
const LIBRARY = { rules: RULES, matchers: MATCHERS };
const SET = { rules: RULES.map(({ id }) => ({ id, factKey: '' })) };

let ids = 0;
function object(kind: string, name: string, verdicts: readonly FactVerdict[] = [], more: Partial<ScanObject> = {}): ScanObject {
  const codes = RULES.map((_, at) => verdicts[at] ?? (kind === 'Pod' ? 'pass' : 'notApplicable'));
  return {
    id: (ids += 1),
    apiVersion: 'v1',
    kind,
    name,
    ...(kind === 'Namespace' ? {} : { namespace: 'shop' }),
    labels: {},
    waivers: {},
    idle: false,
    assumedNamespace: false,
    verdicts: Uint8Array.from(codes, (verdict) => VERDICT_CODES.indexOf(verdict)),
    findings: codes.flatMap((verdict, rule) =>
      verdict === 'fail' || verdict === 'pass' || verdict === 'notApplicable'
        ? []
        : [{ rule, path: '', reason: 'it is redacted' }],
    ),
    ...more,
  };
}

const READ = ['Pod', 'apps/Deployment', 'Namespace'].map((kind) => entryOf(kind));

function planned(objects: readonly ScanObject[], coverage: readonly CoverageEntry[] = READ, minor = 36) {
  const all = [...objects, ...(objects.some(({ kind }) => kind === 'Namespace') ? [] : [object('Namespace', 'shop')])];
  const projection = project(all, policyRules(pssPolicy(LIBRARY), RULES, SET));
  const facts = namespaceFacts({ objects: all, projection, coverage: viewCoverage(coverage) }, MATCHERS);
  const present = new Map(all.filter(({ kind }) => kind === 'Namespace').map(({ name, labels }) => [name, labels]));
  return psaPlan(facts, { minor, excludedNamespaces: ['kube-*'], present });
}

const shop = (...args: Parameters<typeof planned>) => {
  const found = planned(...args).namespaces.find(({ name }) => name === 'shop');
  if (found === undefined) throw new Error('the namespace is not there');
  return found;
};

describe('the strictest level that a namespace meets', () => {
  it.each<[string, readonly FactVerdict[], PssLevel, string | undefined]>([
    ['all pass', [], 'restricted', undefined],
    ['a control of restricted fails', ['pass', 'pass', 'fail'], 'baseline', 'restricted'],
    ['a control of baseline fails', ['fail'], 'privileged', 'baseline'],
    ['baseline fails, and restricted cannot be judged', ['fail', 'pass', 'error'], 'privileged', 'baseline'],
    ['restricted cannot be judged', ['pass', 'pass', 'notEvaluated'], 'baseline', 'restricted'],
    ['a rule that is no control fails', ['pass', 'pass', 'pass', 'fail'], 'restricted', undefined],
  ])('%s', (_, verdicts, level, next) => {
    const { standing } = shop([object('Pod', 'web', verdicts), object('Pod', 'sound')]);
    expect(standing).toMatchObject({ type: 'meets', level });
    expect(standing.type === 'meets' ? standing.next?.level : 'none').toBe(next);
  });

  it('is unknown, and never claimed, where baseline could not be judged', () => {
    const found = shop([object('Pod', 'web', ['notEvaluated'])]);
    expect(found).toEqual({ name: 'shop', standing: { type: 'unknown', why: 'Pod/web: it is redacted' } });
  });

  it.each([
    ['Pods may not be listed', [entryOf('Pod', 'forbidden'), entryOf('apps/Deployment')], 'Pod could not be read: forbidden'],
    ['what makes Pods may not be', [entryOf('Pod'), entryOf('apps/Deployment', 'timeout')], 'Deployment could not be read'],
    [
      'another namespace was asked for',
      [entryOf('Pod', 'complete', 'ops'), entryOf('apps/Deployment')],
      'Pod was read in ops only',
    ],
  ])('is unknown where %s', (_, coverage, why) => {
    const { standing } = shop([object('Pod', 'web')], coverage);
    expect(standing.type === 'unknown' ? standing.why : standing.type).toContain(why);
  });

  it('is not claimed where nothing makes Pods', () => {
    expect(shop([object('Service', 'web')])).toEqual({ name: 'shop', standing: { type: 'empty' } });
  });

  it('is not claimed for a name that no namespace can have, nor where its labels are not known', () => {
    const odd = object('Pod', 'web', [], { namespace: "a'; reboot; '" });
    expect(planned([odd, object('Namespace', "a'; reboot; '")]).namespaces.map(({ standing }) => standing.type)).toEqual([
      'unknown',
    ]);
    expect(
      planned([object('Pod', 'web'), object('Namespace', 'ops')]).namespaces.find(({ name }) => name === 'shop'),
    ).toMatchObject({
      standing: { type: 'unknown', why: 'its labels were not read' },
    });
  });

  it('lets no waiver count, as admission knows none', () => {
    const waived = object('Pod', 'web', ['fail'], { waivers: { 'no-host': 'an agent' } });
    expect(shop([waived]).standing).toMatchObject({ type: 'meets', level: 'privileged' });
  });

  it('takes a control of baseline for one of restricted, unless a stricter one stands for it', () => {
    const host = [{ rule: 'a', level: 'baseline', control: 'hostNamespaces', failing: [], open: ['x'] }] as const;
    expect(isChecked({ level: 'baseline', control: 'hostNamespaces' }, 'restricted', 36)).toBe(true);
    expect(isChecked({ level: 'baseline', control: 'procMount' }, 'restricted', 34)).toBe(true);
    expect(isChecked({ level: 'baseline', control: 'procMount' }, 'restricted', 35)).toBe(false);
    expect(standingOf({ name: 'a', pods: 1, controls: host }, 36)).toEqual({ type: 'unknown', why: 'x' });
  });

  it('says what the next level would refuse, by control and object', () => {
    const { standing } = shop([
      object('Pod', 'web', ['pass', 'pass', 'fail']),
      object('Pod', 'api', ['pass', 'pass', 'fail']),
      object('Pod', 'db', ['pass', 'pass', 'error']),
    ]);
    expect(standing).toEqual({
      type: 'meets',
      level: 'baseline',
      next: {
        level: 'restricted',
        refused: [{ rule: 'no-root', control: 'runAsNonRoot', failing: ['Pod/api', 'Pod/web'] }],
        open: ['Pod/db: it is redacted'],
      },
    });
  });

  it('is never above what fails, and never known where something below it is open', () => {
    const control = fc.record({
      rule: fc.constant('r'),
      level: fc.constantFrom('baseline' as const, 'restricted' as const),
      control: fc.constantFrom('hostNamespaces', 'hostPathVolumes', 'runAsNonRoot'),
      failing: fc.subarray(['Pod/a', 'Pod/b']),
      open: fc.subarray(['x']),
    });
    fc.assert(
      fc.property(fc.array(control), fc.integer({ min: 28, max: 37 }), (controls: readonly ControlFacts[], minor) => {
        const standing = standingOf({ name: 'a', pods: 1, controls }, minor);
        if (standing.type !== 'meets' || standing.level === 'privileged') return;
        const { level } = standing;
        for (const one of controls) if (isChecked(one, level, minor)) expect([one.failing, one.open]).toEqual([[], []]);
      }),
    );
  });
});

describe('the labels', () => {
  const KEY = 'pod-security.kubernetes.io/';

  it('enforce what is met, and warn and audit one level above, at one version', () => {
    expect(psaLabels('baseline', 34, {}).labels).toEqual({
      [`${KEY}enforce`]: 'baseline',
      [`${KEY}enforce-version`]: 'v1.34',
      [`${KEY}warn`]: 'restricted',
      [`${KEY}warn-version`]: 'v1.34',
      [`${KEY}audit`]: 'restricted',
      [`${KEY}audit-version`]: 'v1.34',
    });
  });

  it('never write privileged, which would undo a default of the cluster', () => {
    expect(Object.keys(psaLabels('privileged', 34, {}).labels)).not.toContain(`${KEY}enforce`);
  });

  it('say what was there before', () => {
    const { before } = psaLabels('restricted', 34, { [`${KEY}enforce`]: 'baseline' });
    expect([before[`${KEY}enforce`], before[`${KEY}warn`]]).toEqual(['baseline', undefined]);
  });

  it('take a value that admission does not know for what admission makes of it', () => {
    const { kept, labels } = psaLabels('baseline', 34, { [`${KEY}enforce`]: 'Strict', [`${KEY}warn`]: 'Strict' });
    expect([kept, labels[`${KEY}warn`]]).toEqual([['enforce: restricted'], 'restricted']);
  });

  it('make nothing milder than it is', () => {
    const level = fc.constantFrom(...PSS_LEVELS);
    fc.assert(
      fc.property(level, level, level, (met, enforce, warn) => {
        const present = { [`${KEY}enforce`]: enforce, [`${KEY}warn`]: warn };
        const { labels } = psaLabels(met, 36, present);
        for (const [key, now] of Object.entries(present)) {
          const next = (labels[key] ?? now) as PssLevel;
          expect(stricter(now, next)).toBe(false);
        }
      }),
    );
  });
});

describe('a library', () => {
  it('that lacks a control says so, as no level can be told without it', () => {
    expect(missingControls(LIBRARY)).toHaveLength(16);
    expect(PSS_CONTROLS.baseline.length + PSS_CONTROLS.restricted.length).toBe(19);
  });
});

describe('the files', () => {
  const plan = planned([
    object('Pod', 'web', ['pass', 'pass', 'fail']),
    object('Namespace', 'shop', [], { labels: { 'pod-security.kubernetes.io/warn': 'restricted' } }),
    object('Namespace', 'kube-system'),
    object('Namespace', 'bare'),
  ]);
  const [commands, patches, rollback, next] = psaFiles(plan, 'scan 1');
  const textOf = (file: typeof commands): string => (file !== undefined && 'text' in file ? file.text : '');

  it('label namespaces by commands', () => {
    expect(textOf(commands)).toBe(
      'set -eu\nkubectl label --overwrite --dry-run="${DRY_RUN:-none}" namespace shop pod-security.kubernetes.io/enforce=baseline pod-security.kubernetes.io/enforce-version=v1.36 pod-security.kubernetes.io/audit=restricted pod-security.kubernetes.io/audit-version=v1.36\n',
    );
    expect(textOf(rollback)).toContain('namespace shop pod-security.kubernetes.io/enforce- ');
    expect(commands?.header.join('\n')).toContain('No level is claimed for:\n  bare: nothing there makes Pods');
    expect(commands?.header.join('\n')).toContain('left as it is:\n  shop: warn: restricted');
  });

  it('or as objects that hold the labels alone', () => {
    expect(patches !== undefined && 'documents' in patches && patches.documents).toMatchObject([
      { kind: 'Namespace', metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
    ]);
  });

  it('and say what comes next', () => {
    expect(textOf(next)).toContain(
      'shop: baseline; at restricted these would be refused\n  runAsNonRoot (no-root)\n    Pod/web\n',
    );
  });
});
