import { request, type Agent } from 'undici';
import { warningsOf } from './apiserver.ts';
import type { ApiResponse, ApiServer } from './apiserver.ts';

/** What became of a validation on a real API server. */
export type Verdict = 'true' | 'false' | 'error';

const GROUP = 'cel.plimsoll.test';
const PATH = '/apis/admissionregistration.k8s.io/v1';

/** A custom resource that takes anything: the carrier of data for validations. */
export const THING_DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Cluster',
    names: { plural: 'things', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
export const THING_VERSION = `${GROUP}/v1`;

const policy = (name: string, expressions: readonly string[], first: number): unknown => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [{ apiGroups: [GROUP], apiVersions: ['v1'], operations: ['CREATE'], resources: ['things'] }],
    },
    // Each policy has an object of its own name, so that the warnings of one request stay few.
    matchConditions: [{ name: 'own', expression: `object.metadata.name == '${name}'` }],
    validations: expressions.map((expression, i) => ({ expression, message: String(first + i) })),
  },
});

const binding = (name: string): unknown => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name },
  spec: { policyName: name, validationActions: ['Warn'] },
});

const CHUNK = 250;

/** Which of the expressions a server refuses as validations of a new policy, by position. */
export async function refusedByServer(server: ApiServer, expressions: readonly string[]): Promise<ReadonlySet<number>> {
  const refused = new Set<number>();
  for (let from = 0; from < expressions.length; from += CHUNK)
    for (const at of await refusedAmong(server, expressions.slice(from, from + CHUNK))) refused.add(from + at);
  return refused;
}

async function refusedAmong(server: ApiServer, expressions: readonly string[]): Promise<readonly number[]> {
  const answer = await create(server, 'validatingadmissionpolicies?dryRun=All', policy('acceptance', expressions, 0));
  if (answer === undefined) {
    // Some expressions make the checks of the server itself panic, which ends the request: that is a refusal too.
    if (expressions.length === 1) return [0];
    const half = expressions.length >> 1;
    const first = await refusedAmong(server, expressions.slice(0, half));
    const second = await refusedAmong(server, expressions.slice(half));
    return [...first, ...second.map((at) => at + half)];
  }
  if (answer.status === 201) return [];
  const causes = (answer.body as { details?: { causes?: readonly { field?: string }[] } }).details?.causes;
  if (answer.status !== 422 || causes === undefined)
    throw new Error(`${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
  return causes.map(({ field = '' }) => {
    const at = /^spec\.validations\[(\d+)\]\.expression$/.exec(field)?.[1];
    if (at === undefined) throw new Error(`the server refuses ${field} of the test's own policy`);
    return Number(at);
  });
}

/** undefined: the server broke the connection or answered with an error of its own. */
async function create(server: ApiServer, what: string, object: unknown): Promise<ApiResponse | undefined> {
  try {
    const answer = await server.request('POST', `${PATH}/${what}`, object);
    return answer.status === 500 ? undefined : answer;
  } catch {
    return undefined;
  }
}

export interface Predicted {
  readonly expr: string;
  readonly verdict: Verdict;
}

/** All warnings of a response share this many characters. */
const WARNING_ROOM = 3600;
const PREFIX = 90;
const LONGEST = 256;

/** Groups whose warnings fit one response, if the predictions hold. */
export function grouped(all: readonly Predicted[]): readonly (readonly Predicted[])[] {
  const groups: Predicted[][] = [[]];
  let room = WARNING_ROOM;
  for (const one of all) {
    const size =
      one.verdict === 'true' ? 0 : one.verdict === 'false' ? PREFIX + 4 : Math.min(LONGEST, PREFIX + 60 + one.expr.length);
    if (size > room || (groups.at(-1)?.length ?? 0) >= 150) {
      groups.push([]);
      room = WARNING_ROOM;
    }
    room -= size;
    groups.at(-1)?.push(one);
  }
  return groups;
}

export const groupName = (at: number): string => `g${String(at).padStart(4, '0')}`;

export async function installPolicies(server: ApiServer, groups: readonly (readonly Predicted[])[]): Promise<void> {
  for (const [at, group] of groups.entries()) {
    const name = groupName(at);
    const expressions = group.map(({ expr }) => expr);
    for (const [kind, object] of [
      ['validatingadmissionpolicies', policy(name, expressions, 0)],
      ['validatingadmissionpolicybindings', binding(name)],
    ] as const) {
      const { status, body } = await server.request('POST', `${PATH}/${kind}`, object);
      if (status !== 201) throw new Error(`${name}: ${status} ${JSON.stringify(body).slice(0, 600)}`);
    }
  }
}

/** The verdicts that warnings tell of. An error's warning has the expression, cut where it is long, and no position. */
export function verdictsOf(warnings: readonly string[], group: readonly Predicted[]): readonly Verdict[] {
  const verdicts: Verdict[] = group.map(() => 'true');
  for (const warning of warnings) {
    const text = warning.replace(/^Validation failed for ValidatingAdmissionPolicy '\w+' with binding '\w+': /, '');
    const place = /^(\d+)$/.exec(text)?.[1];
    if (place !== undefined) {
      verdicts[Number(place)] = 'false';
      continue;
    }
    const at = group.findIndex(({ expr }, i) => verdicts[i] === 'true' && isErrorOf(text, expr));
    if (at === -1) throw new Error(`a warning that belongs to no expression: ${warning}`);
    verdicts[at] = 'error';
  }
  return verdicts;
}

function isErrorOf(text: string, expr: string): boolean {
  const begins = `expression '${expr.trim()}' resulted in error`;
  return text.startsWith(begins) || (text.length >= 100 && begins.startsWith(text.replace(/(\.\.\.|…)$/, '')));
}

/** Creates a Thing without keeping it, and gives the warnings. `body` is JSON text, so that `1.0` stays apart from `1`. */
export async function dryRun(
  server: ApiServer,
  agent: Agent,
  body: string,
): Promise<{ readonly warnings: readonly string[]; readonly object: string }> {
  const response = await request(`${server.url}/apis/${THING_VERSION}/things?dryRun=All`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token('admin')}`, 'content-type': 'application/json' },
    body,
    dispatcher: agent,
  });
  const text = await response.body.text();
  if (response.statusCode !== 201) throw new Error(`${response.statusCode}: ${text.slice(0, 500)}`);
  return { warnings: warningsOf(response.headers['warning']), object: text };
}
