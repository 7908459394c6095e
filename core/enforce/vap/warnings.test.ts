import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { planSeveral } from '#core/enforce/several.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import type { JsonObject } from '#core/json.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer, ServerVersion } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';

/*
 * An API server cuts a warning at 256 characters (decisions.md 18). The longest that we cause come whole: a rule id of 40 characters,
 * with a variant for one of two policies, an object whose name has 253, and a message that would be longer than it may be.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;
const ID = `memory-limit-of-${'x'.repeat(24)}`;
const rule: Rule = {
  ...(library.rules.find(({ id }) => id === 'memory-limit') as Rule),
  id: ID,
  message: '{{kind}} {{name}}: container {{container}} isn\'t "limited"',
};
const LONGEST: Library = { ...library, rules: [rule] };
const NAME = `${'n'.repeat(61)}.${'a'.repeat(63)}.${'m'.repeat(63)}.${'e'.repeat(63)}`;

const policy = (name: string, message?: string) => ({
  name,
  title: '',
  description: '',
  rules: { [ID]: { mode: 'warn' as const, ...(message === undefined ? {} : { message }) } },
});
const made = planSeveral(
  [{ policy: policy('shop') }, { policy: policy('pay', 'Container {{container}} of {{name}}'), namespaces: ['payments'] }],
  LONGEST,
  OPTIONS,
);
const exported = made.rules.flatMap((one) => vapObjects(made, one, 'test'));

const SERVERS: readonly { readonly version: ServerVersion }[] = [{ version: '1.30' }, { version: '1.36' }];

describe.each(SERVERS)('warnings of Kubernetes $version', ({ version }) => {
  const { available } = requireEnvtest(['etcd', `kube-apiserver-${version}`]);
  let server: ApiServer;
  beforeAll(async () => {
    if (!available) return;
    server = await startApiServer({ version });
    await server.apply(['shop', 'payments'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    await server.apply(exported);
  }, 120_000);
  afterAll(async () => server?.stop());

  async function warnings(namespace: string): Promise<readonly string[]> {
    const containers = [{ name: 'c'.repeat(63), image: 'web:1' }];
    const pod: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: NAME }, spec: { containers } };
    for (let turn = 0; turn < 200; turn += 1) {
      const answer = await server.request('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod);
      expect(answer.status).toBe(201);
      // Kubernetes has something to say of such a name too.
      const ours = answer.warnings.filter((warning) => warning.startsWith('Validation failed'));
      if (ours.length > 0) return ours;
      await new Promise((resume) => setTimeout(resume, 200));
    }
    throw new Error(`never active in ${namespace}`);
  }

  it.skipIf(!available).each([
    ['shop', ''],
    ['payments', '-[0-9a-f]{6}'],
  ])('come whole, of the one policy that counts in %s', async (namespace, variant) => {
    const [warning = '', ...more] = await warnings(namespace);
    expect(more).toEqual([]);
    expect([ID.length, NAME.length, [...warning].length <= 256]).toEqual([40, 253, true]);
    const policyName = `plimsoll-${ID}${variant}`;
    const prefix = `Validation failed for ValidatingAdmissionPolicy '${policyName}' with binding 'plimsoll-warn-[0-9a-f]{8}': `;
    // Cut by us, at 110, and not by the server.
    expect(warning).toMatch(new RegExp(`^${prefix}.{109}…$`));
  });
});
