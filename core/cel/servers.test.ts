import { readFileSync } from 'node:fs';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer, type ServerVersion } from '#test/apiserver.ts';
import {
  dryRun,
  groupName,
  grouped,
  installPolicies,
  refusedByServer,
  THING_DEFINITION,
  THING_VERSION,
  verdictsOf,
  type Predicted,
  type Verdict,
} from '#test/cel-policies.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { parseJson } from '#main/yaml/json.ts';
import { readGolden } from './golden/golden.ts';
import { isObject, own, type JsonObject, type JsonValue } from './json.ts';
import { Answerer } from './protocol/answer.ts';

/** What a validation may not be, or what depends on the request rather than on the object. */
const LEFT_OUT = /\b(request|namespaceObject|authorizer|params|variables|oldObject)\b/;

/** The golden expressions as validations: those that give no bool are compared with an empty list, which is false or an error. */
const EXPRESSIONS: readonly string[] = [
  ...new Set(
    readFileSync(new URL('golden/cases.jsonl', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n')
      .map(readGolden)
      .filter(({ one }) => !LEFT_OUT.test(one.expr) && one.variables === undefined && one.expr.trim() !== '')
      .map(({ one, answer }) =>
        answer.refused === true || answer.type === 'bool' || one.expr.includes('//') ? one.expr : `[dyn(${one.expr})] == []`,
      ),
  ),
];

/** Data as an API server accepts it: hostile where it may be. */
const SPEC = `{"replicas":3,"paused":true,"ratio":0.5,"whole":1.0,"big":9223372036854775807,"min":-9223372036854775808,"tooBig":9223372036854775808,"huge":1e300,"length":5,
  "list":[1,1.0,2,"1",true,[],{}],"numbers":[3,1,2],"doubles":[0.5,2.5,1.0],"texts":["b","a","é","😀"],"text":"a😀b","nested":{"nested":{"value":1},"list":[[1,[2]],[]]},"empty":{},
  "containers":[{"name":"web","image":"ghcr.io/acme/web:1.2","ports":[{"containerPort":80}],"resources":{"limits":{"memory":"64Mi"}}},{"name":"x","image":""},{"image":5},"text",[]],
  "ip":"10.1.2.3","cidr":"10.0.0.0/8","url":"https://example.com/a?x=1","version":"1.2.3","quantity":"1.5Gi","when":"2020-01-01T00:00:00Z","constructor":"c","toString":{"a":1}}`;
const body = (name: string): string =>
  `{"apiVersion":"${THING_VERSION}","kind":"Thing","metadata":{"name":"${name}","labels":{"app":"web","team":"a","constructor":"x","length":"z","toString":"t","app.kubernetes.io/name":"web"},
  "annotations":{"note":"","__proto__":"p","when":"2024-02-29T23:59:59Z"}},"spec":${SPEC.replaceAll('\n', ' ')},"rules":[{"verbs":["get","*"],"resources":["pods"]}],"data":{"a":"1","text":"aaaa"}}`
    .replace(',"__proto__":"p"', '')
    .replaceAll('\n', ' ');

interface Exception {
  readonly cause: string;
  readonly test: RegExp;
}

/**
 * Where the real 1.30 server differs from compatibility minor 1.29 as today's API servers have it, which is what we follow: it has
 * cel-go 0.17, they have 0.26. A rule for it must not rely on these.
 */
const REFUSED_BY_OLD: readonly Exception[] = [
  { cause: 'first() and last() came with a later version of the optional types', test: /\.(first|last)\(\)/ },
  { cause: 'optional.unwrap and unwrapOpt came later too', test: /\.unwrapOpt\(\)|optional\.unwrap\(/ },
  { cause: 'optional_type was no name of a type', test: /\boptional_type\b/ },
  {
    cause: 'optMap and optFlatMap wrote their target twice, and a bare optional.none() got two types',
    test: /optional\.none\(\)\.opt(Flat)?Map/,
  },
];
const OTHER_VERDICT_OF_OLD: readonly Exception[] = [
  {
    cause: 'lastIndexOf in a text shorter than the other, or from beyond its end, was an error, not -1',
    test: /\.lastIndexOf\(/,
  },
  { cause: 'indexOf from the very end of a text was an error, not -1', test: /\.indexOf\(.*, / },
];

interface Server {
  readonly version: ServerVersion;
  /** What it lets a new policy use: one minor less than its own. */
  readonly minor: number;
  readonly refused: readonly Exception[];
  readonly verdicts: readonly Exception[];
}

const SERVERS: readonly Server[] = [
  { version: '1.36', minor: 35, refused: [], verdicts: [] },
  { version: '1.30', minor: 29, refused: REFUSED_BY_OLD, verdicts: OTHER_VERDICT_OF_OLD },
];

describe.each(SERVERS)('a real API server $version', ({ version, minor, refused: knownRefusals, verdicts: knownVerdicts }) => {
  const available = requireEnvtest(['etcd', version === '1.30' ? 'kube-apiserver-1.30' : 'kube-apiserver-1.36']).available;
  let server: ApiServer;
  let agent: Agent;
  const answerer = new Answerer();
  let refused: ReadonlySet<number> = new Set();

  beforeAll(async () => {
    if (!available) return;
    server = await startApiServer({ version });
    agent = new Agent({ connect: { ca: readFileSync(server.caFile) } });
    await server.apply([THING_DEFINITION]);
  });
  afterAll(async () => {
    await agent?.close();
    await server?.stop();
  });

  /** The differences that no exception explains, and the exceptions that explain none. */
  const judge = (differing: readonly string[], exceptions: readonly Exception[]): readonly string[] => [
    ...differing.filter((text) => !exceptions.some(({ test: known }) => known.test(text))),
    ...exceptions
      .filter(({ test: known }) => !differing.some((text) => known.test(text)))
      .map(({ cause }) => `no longer: ${cause}`),
  ];
  const accepts = (expr: string): boolean => answerer.answer({ expr, minor, compileOnly: true }).compileError === undefined;

  test.skipIf(!available)(
    'refuses the validations that the checker refuses, and no others',
    async () => {
      refused = await refusedByServer(server, EXPRESSIONS);
      const differing = EXPRESSIONS.filter((expr, i) => accepts(expr) === refused.has(i));
      expect(EXPRESSIONS.length).toBeGreaterThan(1500);
      expect(judge(differing, knownRefusals)).toEqual([]);
    },
    60_000,
  );

  test.skipIf(!available)(
    'gives each of the others the same verdict: true, false or an error',
    async () => {
      const sample = await dryRun(server, agent, body('sample'));
      const metadata = own(parseJson(sample.object), 'metadata');
      const predict = (expr: string, name: string): Verdict => {
        const answer = answerer.answer({ expr, minor, object: seen(name, metadata) });
        return answer.evalError === undefined ? (answer.value === 'true' ? 'true' : 'false') : 'error';
      };
      const accepted = EXPRESSIONS.filter((expr, i) => !refused.has(i) && accepts(expr));
      const groups = grouped(accepted.map((expr): Predicted => ({ expr, verdict: predict(expr, 'g0000') })));
      await installPolicies(server, groups);
      await active(groups);
      const differing: string[] = [];
      for (const [at, group] of groups.entries()) {
        const { warnings } = await dryRun(server, agent, body(groupName(at)));
        const verdicts = verdictsOf(warnings, group);
        for (const [i, { expr, verdict }] of group.entries())
          if (verdicts[i] !== verdict) differing.push(`${expr}: server ${verdicts[i]}, we ${verdict}`);
      }
      expect(judge(differing, knownVerdicts)).toEqual([]);
    },
    90_000,
  );

  /** Policies take a second or two to become active: until the last groups that must warn do. */
  async function active(groups: readonly (readonly Predicted[])[]): Promise<void> {
    const waiting = new Set(groups.flatMap((group, at) => (group.some(({ verdict }) => verdict !== 'true') ? [at] : [])));
    for (let turn = 0; waiting.size > 0 && turn < 60; turn++) {
      for (const at of waiting) {
        if ((await dryRun(server, agent, body(groupName(at)))).warnings.length === 0) break;
        waiting.delete(at);
      }
      if (waiting.size > 0) await new Promise((resume) => setTimeout(resume, 250));
    }
    if (waiting.size > 0) throw new Error(`${waiting.size} policies never warned`);
  }
});

/** The object as validations see it: with what the server adds to its metadata. */
function seen(name: string, metadata: JsonValue | undefined): JsonObject {
  const sent = parseJson(body(name));
  if (!isObject(sent) || !isObject(metadata)) throw new Error('no object');
  return { ...sent, metadata: { ...metadata, name } };
}
