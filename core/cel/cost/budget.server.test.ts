import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { THING_DEFINITION, THING_VERSION } from '#test/cel-policies.ts';
import { requireEnvtest } from '#test/envtest.ts';
import {
  BINDING_COST_LIMIT,
  CelError,
  compile,
  CostBudget,
  createEnvironment,
  MATCH_CONDITIONS_COST_LIMIT,
  type JsonValue,
} from '../index.ts';

/** True, for 960,406 units, of which most are for characters that nobody has to look at. */
const DEAR = '!object.spec.text.contains(object.spec.part)';
const spec = { text: 'a'.repeat(9800), part: 'b'.repeat(9800) };
const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const BINDINGS = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';

const thing = (name: string): JsonValue => ({ apiVersion: THING_VERSION, kind: 'Thing', metadata: { name }, spec });
const times = (count: number): readonly string[] => Array.from({ length: count }, () => DEAR);

interface Shape {
  readonly name: string;
  readonly conditions: readonly string[];
  readonly validations: readonly string[];
}

/** The API server evaluates every match condition, whatever the others say: these are cheap on other objects. */
const guarded = (name: string, count: number): readonly string[] =>
  times(count).map((expression) => `object.metadata.name != '${name}' || ${expression}`);

/** Each policy is about the object of its own name. */
const SHAPES: readonly Shape[] = [
  { name: 'ten-validations', conditions: [], validations: times(10) },
  { name: 'eleven-validations', conditions: [], validations: times(11) },
  { name: 'two-conditions', conditions: guarded('two-conditions', 2), validations: ['true'] },
  { name: 'three-conditions', conditions: guarded('three-conditions', 3), validations: ['true'] },
  { name: 'canary', conditions: [], validations: ['false'] },
];
const own = (name: string): string => `object.metadata.name == '${name}'`;

const policy = ({ name, conditions, validations }: Shape): unknown => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE'], resources: ['things'] }],
    },
    matchConditions: [own(name), ...conditions].map((expression, i) => ({ name: `c${i}`, expression })),
    validations: validations.map((expression) => ({ expression })),
  },
});

const bindingOf = ({ name }: Shape): unknown => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name },
  spec: { policyName: name, validationActions: ['Deny'] },
});

/** Whether the expressions, with one budget, are all answered with true; an error denies as false does. */
function allows(name: string, expressions: readonly string[], limit: number): boolean {
  const made = createEnvironment({ minor: 35, variables: ['object'] });
  if (!made.ok) throw new Error(made.error.message);
  const env = made.value;
  const frame = env.frame();
  frame.set(env.slot('object'), thing(name));
  const budget = new CostBudget(limit);
  const values = expressions.map((source) => {
    const compiled = compile(env, source, { type: 'bool' });
    if (!compiled.ok) throw new Error(compiled.error.message);
    return compiled.value.evaluateCounted(frame, { budget }).value;
  });
  expect(values.every((value) => value === true || value instanceof CelError)).toBe(true);
  return values.every((value) => value === true);
}

const available = requireEnvtest(['etcd', 'kube-apiserver-1.36']).available;

describe.skipIf(!available)('limits of several expressions on a real API server', () => {
  let server: ApiServer;
  const create = async (name: string): Promise<{ readonly status: number; readonly said: string }> => {
    const { status, body } = await server.request('POST', `/apis/${THING_VERSION}/things?dryRun=All`, thing(name));
    return { status, said: JSON.stringify(body) };
  };

  beforeAll(async () => {
    server = await startApiServer({ version: '1.36' });
    await server.apply([THING_DEFINITION]);
    for (const shape of SHAPES) {
      expect((await server.request('POST', POLICIES, policy(shape))).status).toBe(201);
      expect((await server.request('POST', BINDINGS, bindingOf(shape))).status).toBe(201);
    }
    for (let turn = 0; turn < 120 && (await create('canary')).status === 201; turn++)
      await new Promise((resume) => setTimeout(resume, 250));
  }, 60_000);
  afterAll(async () => server?.stop());

  test('it stops at the same expression as we do: an error, which denies', { timeout: 60_000 }, async () => {
    const theirs: Record<string, boolean> = {};
    const ours: Record<string, boolean> = {};
    for (const { name, conditions, validations } of SHAPES.slice(0, -1)) {
      const { status, said } = await create(name);
      theirs[name] = status === 201;
      if (status !== 201) expect(said).toContain('cost budget');
      ours[name] =
        allows(name, [own(name), ...conditions], MATCH_CONDITIONS_COST_LIMIT) && allows(name, validations, BINDING_COST_LIMIT);
    }
    expect(theirs).toEqual(ours);
    expect(theirs).toEqual({
      'ten-validations': true,
      'eleven-validations': false,
      'two-conditions': true,
      'three-conditions': false,
    });
  });
});
