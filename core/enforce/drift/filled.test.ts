import { describe, expect, it } from 'vitest';
import { withoutFilled } from '#core/enforce/drift/filled.ts';
import { whyIdle } from '#core/enforce/drift/idle.ts';
import { mixedPlan } from '#core/enforce/export.fixture.ts';
import { KYVERNO_APIS } from '#core/enforce/kyverno/index.ts';
import { parityPlan } from '#core/enforce/parity/cases.fixture.ts';
import { planFor, targetFiles, TARGETS } from '#core/enforce/targets.ts';
import { isObject, own, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { loadShippedLibrary } from '#main/library.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const whole = parityPlan(shipped.value);
const mixed = mixedPlan(shipped.value);

const FORMS = [
  ...TARGETS.filter((target) => target !== 'kyverno').map((target) => ({ target, form: target, options: {} })),
  ...KYVERNO_APIS.map((api) => ({ target: 'kyverno' as const, form: `kyverno ${api}`, options: { kyverno: { api } } })),
  { target: 'kyverno' as const, form: 'kyverno, exceptions', options: { kyverno: { exceptionsIn: 'shop' } } },
];

function documents({ target, options }: (typeof FORMS)[number], plan = whole): readonly JsonObject[] {
  const files = targetFiles(target, planFor(target, plan), 'bundle', options);
  return files.flatMap((file) =>
    'documents' in file && !/(kustomization|rollback)/.test(file.name) ? file.documents.filter((one) => isObject(one)) : [],
  );
}

const specOf = (object: JsonObject): JsonObject => {
  const spec = own(object, 'spec');
  return isObject(spec) ? spec : {};
};

describe('what a server writes into a policy by itself', () => {
  it.each(FORMS)('is never in an export: $form', (form) => {
    for (const plan of [whole, mixed])
      for (const object of documents(form, plan))
        expect(withoutFilled(textAt(object, 'kind') ?? '', specOf(object))).toEqual(specOf(object));
    expect(documents(form).length).toBeGreaterThan(50);
  });

  it('is what its schema says there, and no other value', () => {
    const kubewarden = (spec: JsonObject) => withoutFilled('ClusterAdmissionPolicy', spec);
    expect(kubewarden({ policyServer: 'default', timeoutSeconds: 10, mode: 'protect' })).toEqual({ mode: 'protect' });
    expect(kubewarden({ policyServer: 'mine', timeoutSeconds: 5 })).toEqual({ policyServer: 'mine', timeoutSeconds: 5 });
    const rules = [{ name: 'a', skipBackgroundRequests: true, validate: { allowExistingViolations: true, cel: {} } }];
    expect(withoutFilled('ClusterPolicy', { admission: false, rules })).toEqual({
      admission: false,
      rules: [{ name: 'a', validate: { cel: {} } }],
    });
    expect(withoutFilled('Policy', { admission: true })).toEqual({ admission: true });
  });
});

describe('a policy for named namespaces', () => {
  it.each(FORMS)('is without effect where there is none of them: $form', (form) => {
    const all = documents(form, mixed);
    const idle = (namespaces: readonly string[], installed = all) =>
      installed.filter(
        (object) => whyIdle(object, { installed, namespaces: new Map(namespaces.map((name) => [name, {}])) }) !== undefined,
      );
    const only = /"operator":"In","values":\["payments"\]|"namespaces":\["payments"\]/;
    const denying = all.filter((object) => only.test(JSON.stringify(specOf(object))));
    expect(denying).toHaveLength(mixed.rules.length);
    expect(idle(['shop'])).toEqual(denying);
    expect(idle(['shop', 'payments'])).toEqual([]);
    // Nothing is said where namespaces could not be read.
    expect(idle([])).toEqual([]);
  });

  it('needs a binding, or a constraint', () => {
    for (const [target, kind] of [
      ['vap', 'ValidatingAdmissionPolicy'],
      ['gatekeeper', 'ConstraintTemplate'],
    ] as const) {
      const alone = documents({ target, form: target, options: {} }, mixed).filter((object) => object['kind'] === kind);
      const why = alone.map((object) => whyIdle(object, { installed: alone, namespaces: new Map() }));
      expect(why).toEqual(alone.map(() => expect.stringContaining('nothing is enforced') as string));
    }
  });
});
