import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '#main/open-library.ts';
import { writePoliciesYaml } from '#main/datree/index.ts';
import { envtestBinary, requireEnvtest } from '#test/envtest.ts';
import { runCliHere } from '#test/run-cli-here.ts';

/** `-o datree-json` beside what the real datree says of the same files under the same policy: keys, nesting and totals. */

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-datree-shape-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const deployment = (name: string, replicas: number, image: string, annotations = '{}'): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop, annotations: ${annotations}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      containers:
        - {name: one, image: '${image}'}
        - {name: two, image: 'two:1', resources: {limits: {memory: 1Gi}, requests: {memory: 1Gi}}}
`;
const FILES = {
  'two.yaml': `${deployment('web', 1, 'nginx')}---\n${deployment('api', 2, 'api:1')}`,
  'skips.yaml': deployment('batch', 1, 'batch', '{datree.skip/DEPLOYMENT_INCORRECT_REPLICAS_VALUE: one will do}'),
  'clean.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {a: b}\n',
};
const RULES = ['memory-limit', 'image-tag-explicit', 'replicas-min-two', 'liveness-probe'];

/** Every path of keys, with the kinds of value that stand there; lists are looked through. */
function shapeOf(value: unknown, path = '', found = new Map<string, Set<string>>()): Map<string, Set<string>> {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
  found.set(path, (found.get(path) ?? new Set()).add(kind));
  if (Array.isArray(value)) for (const item of value) shapeOf(item, `${path}[]`, found);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) shapeOf(inner, `${path}.${key}`, found);
  return found;
}

interface Answer {
  readonly policyValidationResults: readonly { readonly fileName: string; readonly ruleResults: readonly RuleResult[] }[] | null;
  readonly policySummary: Record<string, unknown> | null;
  readonly evaluationSummary: Record<string, unknown>;
}
interface RuleResult {
  readonly identifier: string;
  readonly occurrencesDetails: readonly Record<'metadataName' | 'kind' | 'skipMessage' | 'isSkipped', unknown>[];
}

/** What does not hang on how exactly a place is told, in one order. */
const verdictsOf = ({ policyValidationResults }: Answer): readonly string[] =>
  (policyValidationResults ?? [])
    .flatMap(({ fileName, ruleResults }) =>
      ruleResults.flatMap(({ identifier, occurrencesDetails }) =>
        occurrencesDetails.map((one) =>
          JSON.stringify([fileName, identifier, one.kind, one.metadataName, one.isSkipped, one.skipMessage]),
        ),
      ),
    )
    .toSorted();

describe.skipIf(!requireEnvtest(['datree']).available)('datree-json beside datree', () => {
  const policies = join(folder, 'policies.yaml');
  beforeAll(() => {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'broken.yaml'), 'a: [b\n');
    const library = openLibrary();
    if (!library.ok) throw new Error(library.error.what);
    const rules = Object.fromEntries(RULES.map((id) => [id, { mode: 'deny' as const }]));
    writeFileSync(policies, writePoliciesYaml([{ name: 'shape', title: '', description: '', rules }], library.value).text);
  });

  function datree(files: readonly string[]): Answer {
    const args = ['test', ...files, '--no-record', '--policy-config', policies, '--skip-validation', 'schema', '-o', 'json'];
    const env = { HOME: folder, PATH: '', DATREE_OFFLINE: 'local' };
    try {
      return JSON.parse(
        execFileSync(envtestBinary('datree') ?? '', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      ) as Answer;
    } catch (cause) {
      // It ends with 2 where something fails.
      return JSON.parse((cause as { stdout: string }).stdout) as Answer;
    }
  }

  async function ours(files: readonly string[]): Promise<Answer> {
    const { stdout } = await runCliHere(['test', ...files, '--policy-config', policies, '-o', 'datree-json']);
    return JSON.parse(stdout) as Answer;
  }

  it.each([
    ['failing and skipped', ['two.yaml', 'skips.yaml', 'clean.yaml']],
    ['clean', ['clean.yaml']],
    ['broken beside good', ['broken.yaml', 'two.yaml']],
    ['nothing but broken', ['broken.yaml']],
  ])('has the same keys, nested alike, and the same totals: %s', async (_, names) => {
    const files = names.map((name) => join(folder, name));
    const [theirs, mine] = [datree(files), await ours(files)];
    expect(shapeOf(mine)).toEqual(shapeOf(theirs));
    expect(verdictsOf(mine)).toEqual(verdictsOf(theirs));
    expect(mine.policySummary).toEqual(theirs.policySummary);
    expect(mine.evaluationSummary).toEqual(theirs.evaluationSummary);
  });
});
