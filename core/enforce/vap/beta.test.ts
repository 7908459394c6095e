import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moved, parityCases } from '#core/enforce/parity/cases.fixture.ts';
import { judgeOf } from '#core/enforce/parity/judge.fixture.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import type { JsonObject } from '#core/json.ts';
import { findPolicy } from '#core/policy/policies.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { envtestBinary, requireEnvtest } from '#test/envtest.ts';
import { ServedKinds } from '#test/served-kinds.ts';

/*
 * v1beta1, for Kubernetes 1.28 and 1.29: there are no such servers here. What they let a new policy use is judged by the API server's own
 * compiler, and that the form is right by a server 1.30 that serves v1beta1 as well.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const all = findPolicy(library, 'all');
if (!all.ok) throw new Error('no policy all');
const policy = { ...all.value, exportAnnotationWaivers: true };
const planned = (minor: number, onUpdate: 'template-changed' | 'no-new-violations', of = library) =>
  plan(policy, of, { ...OPTIONS, minor, onUpdate, steps: [{ mode: 'warn' }] });

describe.skipIf(!requireEnvtest(['cel-oracle']).available)('the expressions of v1beta1', () => {
  interface Question {
    readonly expr: string;
    readonly type: 'bool' | 'string';
    readonly variables?: unknown;
  }
  /** What the compiler has against them, with what a minor knows. */
  function refused(questions: readonly Question[], minor: number): readonly string[] {
    const input = [...new Set(questions.map((one) => JSON.stringify({ ...one, minor, compileOnly: true })))].join('\n');
    const out = execFileSync(envtestBinary('cel-oracle') ?? '', { input, maxBuffer: 2 ** 28, encoding: 'utf8' });
    return out
      .trimEnd()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as { compileError?: string }).compileError ?? []);
  }

  it.each([
    [28, 27],
    [29, 28],
  ])('are what a server 1.%i lets a new policy use', { timeout: 120_000 }, (server, compatible) => {
    for (const onUpdate of ['template-changed', 'no-new-violations'] as const) {
      const { rules, skipped } = planned(server, onUpdate);
      // Controls that a version has not are none of its business.
      expect(skipped.filter(({ why }) => !why.startsWith('it has nothing to judge at Kubernetes'))).toEqual([]);
      const questions = rules.flatMap(({ expression, messageExpression, conditions, variables }): readonly Question[] => [
        ...conditions.map((one): Question => ({ expr: one.expression, type: 'bool' })),
        { expr: expression, type: 'bool', variables },
        ...(messageExpression === undefined ? [] : [{ expr: messageExpression, type: 'string' as const, variables }]),
      ]);
      expect(refused(questions, compatible)).toEqual([]);
    }
    // The judge does tell them apart.
    expect(refused([{ expr: "object.?spec.orValue('') == ''", type: 'bool' }], compatible).length).toBe(compatible < 28 ? 1 : 0);
  });
});

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver-1.30']).available)('v1beta1 on a server that serves it', () => {
  let server: ApiServer;
  // A response has room for so many warnings only, and the others depend on the version.
  const few = { ...library, rules: library.rules.filter(({ id }) => !id.startsWith('pss-')) };
  const rules = planned(28, 'template-changed', few);
  const exported = rules.rules.flatMap((rule) => vapObjects(rules, rule, 'test'));
  const judged = judgeOf(few);

  beforeAll(async () => {
    server = await startApiServer({ version: '1.30', runtimeConfig: 'admissionregistration.k8s.io/v1beta1=true' });
    await server.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }]);
    await server.apply(exported);
  }, 120_000);
  afterAll(async () => server?.stop());

  /** One example of each rule that fails, and one that passes. */
  const sample = few.rules.flatMap((rule) => {
    const own = parityCases({ ...library, rules: [rule] });
    return [own.find(({ fails }) => fails), own.find(({ fails }) => !fails)].flatMap((one) => one ?? []);
  });

  it('gives the verdicts of a scan', { timeout: 120_000 }, async () => {
    expect(new Set(exported.map((object) => object['apiVersion']))).toEqual(new Set(['admissionregistration.k8s.io/v1beta1']));
    const served = new ServedKinds(server);
    const asked = async (object: JsonObject) => {
      const path = await served.collection(object, 'shop');
      const answer = path === undefined ? undefined : await server.request('POST', `${path}?dryRun=All`, moved(object, 'shop'));
      if (answer?.status !== 201) return undefined;
      const warned = answer.warnings.flatMap(
        (warning) => /^Validation failed for .* 'plimsoll-([a-z0-9-]+)' with/.exec(warning)?.[1] ?? [],
      );
      return { warned: warned.toSorted(), expected: [...judged(moved(answer.body as JsonObject, 'shop')).keys()].toSorted() };
    };
    // Policies take a second or two to become active.
    let answers: Awaited<ReturnType<typeof asked>>[] = [];
    for (let turn = 0; turn < 60; turn += 1) {
      answers = await Promise.all(sample.map(({ object }) => asked(object)));
      if (answers.every((answer) => answer === undefined || answer.warned.join() === answer.expected.join())) break;
      await new Promise((resume) => setTimeout(resume, 500));
    }
    const taken = answers.filter((answer) => answer !== undefined);
    expect(taken.map(({ warned }) => warned)).toEqual(taken.map(({ expected }) => expected));
    expect(taken.filter(({ warned }) => warned.length > 0).length).toBeGreaterThan(few.rules.length / 2);
  });
});
