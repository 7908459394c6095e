import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonValue } from '#core/json.ts';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { parseJson } from './json.ts';
import { EXCEPTIONS, PREFIXES, SCALARS, STRUCTURES } from './read.judge-cases.ts';
import { readYaml } from './read.ts';

const HEADER = 'apiVersion: judge.plimsoll.dev/v1\nkind: Probe\nmetadata: {name: probe}\n';

const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'probes.judge.plimsoll.dev' },
  spec: {
    group: 'judge.plimsoll.dev',
    scope: 'Cluster',
    names: { plural: 'probes', singular: 'probe', kind: 'Probe', listKind: 'ProbeList' },
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

/** What an object holds besides its header, which the server completes; undefined where the text was refused. */
type Reading = JsonValue | undefined;

const body = (value: JsonValue): JsonValue => {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !['apiVersion', 'kind', 'metadata'].includes(key)));
};

const ourReading = (text: string): Reading => {
  const { documents, errors } = readYaml(text);
  // The server reads the first document of a body, as kubectl sends them one by one.
  const first = documents[0];
  return first === undefined || errors.some((error) => error.index === 0) ? undefined : body(first.value);
};

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('readYaml reads what the API server reads', () => {
  let api: ApiServer;
  let agent: Agent;

  beforeAll(async () => {
    api = await startApiServer();
    agent = new Agent({ connections: 8, connect: { ca: readFileSync(api.caFile) } });
    await api.apply([CRD]);
  });
  afterAll(async () => {
    await agent.destroy();
    await api.stop();
  });

  /** The object that the server made of a text, exactly: its answer is parsed here because numbers matter. */
  const serverReading = async (text: string): Promise<Reading> => {
    const response = await request(`${api.url}/apis/judge.plimsoll.dev/v1/probes?dryRun=All`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token('admin')}`, 'content-type': 'application/yaml', accept: 'application/json' },
      body: text,
      dispatcher: agent,
    });
    const answer = await response.body.text();
    if (response.statusCode === 201) return body(parseJson(answer));
    expect([400, 422], answer).toContain(response.statusCode);
    return undefined;
  };

  const judge = async (texts: readonly string[]): Promise<void> => {
    const different: { text: string; server: Reading; ours: Reading }[] = [];
    for (let start = 0; start < texts.length; start += 8) {
      await Promise.all(
        texts.slice(start, start + 8).map(async (text) => {
          const server = await serverReading(text);
          const ours = ourReading(text);
          try {
            expect(ours).toStrictEqual(server);
          } catch {
            different.push({ text: text.replace(HEADER, ''), server, ours });
          }
        }),
      );
    }
    expect(different).toEqual([]);
  };

  it(`in ${SCALARS.length} scalars`, async () => {
    expect(SCALARS.length).toBeGreaterThan(150);
    await judge(SCALARS.map((scalar) => `${HEADER}spec:\n  value: ${scalar}\n`));
  });

  it(`in ${STRUCTURES.length} structures`, () => judge(STRUCTURES.map((text) => HEADER + text)));

  it(`with ${PREFIXES.length} beginnings of a file`, () => judge(PREFIXES.map((prefix) => `${prefix}${HEADER}a: 1\n`)));

  it('in generated numbers and words, as values and as keys', async () => {
    const alphabet = fc.constantFrom(
      ...'00112789',
      '.',
      '.',
      '_',
      'e',
      'E',
      '-',
      '+',
      'x',
      'o',
      'b',
      'a',
      'f',
      'n',
      'y',
      '~',
      ':',
    );
    const digits = fc.tuple(
      fc.constantFrom('', '-', '+', '0x', '0', '0o', '0b', '.', '1.', '1e', '1e-'),
      fc.string({ unit: fc.constantFrom(...'0123456789_'), minLength: 1, maxLength: 24 }),
    );
    const text = fc.oneof(
      fc.string({ unit: alphabet, minLength: 1, maxLength: 6 }),
      digits.map((parts) => parts.join('')),
    );
    const samples = fc.sample(text, { seed: 20261124, numRuns: 600 });
    await judge(samples.flatMap((sample) => [`${HEADER}a: ${sample}\n`, `${HEADER}${sample}: 1\n`]));
  });

  it('in generated mappings and lists, in all styles', async () => {
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(
          'a',
          'yes',
          '"q"',
          "'s'",
          '0644',
          '1.0',
          '~',
          '""',
          '*a',
          '&b c',
          '!!str 1',
          'a b',
          'x:y',
          '{{ t }}',
          '|\n   t',
          '# c',
        ),
        fc.array(tie('tree'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
        fc
          .array(fc.tuple(fc.constantFrom('k', 'l', '"m"', '1', 'on', '<<'), tie('tree')), { maxLength: 3 })
          .map((entries) => `{${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`),
      ),
    }));
    const samples = fc.sample(tree, { seed: 20261124, numRuns: 400 });
    await judge(
      samples.map((sample, index) => `${HEADER}x: &a {p: 1}\n${index % 2 === 0 ? `a: ${sample}\n` : `a:\n- ${sample}\n- z\n`}`),
    );
  });

  it.each(EXCEPTIONS)('except where it says so: $why', async ({ text }) => {
    const whole = text.startsWith('%') ? text.replace('a: 1', HEADER) : text.includes('apiVersion') ? text : HEADER + text;
    expect(ourReading(whole)).not.toStrictEqual(await serverReading(whole));
  });
});
