import type { Client } from '#core/api.ts';
import { groupOf } from '#core/model.ts';
import type { Host } from './host.ts';

/** The morning after the sample's last scan. */
export const SAMPLE_NOW = Date.parse('2026-11-22T08:00:00Z');

const TEAMS = [
  { name: 'storefront', contacts: ['storefront@larkfield.example'], needs: ['a canary without limits on sale days'] },
  { name: 'checkout', contacts: ['checkout@larkfield.example', '#checkout'], needs: ['no change between Friday and Monday'] },
  { name: 'catalogue', contacts: ['catalogue@larkfield.example'], needs: [] },
  { name: 'delivery', contacts: ['delivery@larkfield.example'], needs: [] },
  { name: 'platform', contacts: ['platform@larkfield.example'], needs: ['host paths for log shippers and node agents'] },
];

const PRODUCTS = ['storefront', 'checkout', 'catalogue', 'delivery'];

/**
 * A workspace as it may stand after ten days with the sample: a baseline from its second scan that leaves out what nobody had
 * decided then, one promotion, and some decisions.
 */
export async function furnish({ client }: Host): Promise<void> {
  await listEverybody(client);
  await value(
    client.policies.create({
      name: 'larkfield-strict',
      title: 'Larkfield strict',
      stage: 'strict',
      extends: 'all',
      reason: 'What we want',
    }),
  );
  const before = await value(client.workspace.get());
  await value(
    client.workspace.save({
      hash: before.hash,
      bindings: [
        { policies: { strict: 'larkfield-strict' } },
        {
          policies: { strict: 'larkfield-strict' },
          product: 'checkout',
          environment: 'production',
          namespaces: ['checkout-prod'],
        },
      ],
    }),
  );
  const { runs } = await value(client.history.list({ limit: 10 }));
  const [newest, second] = [runs[0]?.id ?? '', runs.at(-2)?.id ?? ''];
  const { rows } = await value(client.ratchet.propose({ scanIds: [second], strict: 'larkfield-strict' }));
  const holding = rows.filter(({ place }) => place === 'holds').map(({ rule }) => rule);
  await value(
    client.ratchet.accept({
      name: 'larkfield-baseline',
      strict: 'larkfield-strict',
      rules: holding.filter((_, index) => index % 7 !== 3),
      scanIds: [second],
      mode: 'warn',
      reason: 'These rules hold in scan #2 of larkfield-eu1.',
    }),
  );
  await promoteOne(client, newest);
  await decideSome(client, newest);
}

async function listEverybody(client: Client): Promise<void> {
  const { hash } = await value(client.workspace.get());
  await value(
    client.workspace.save({
      hash,
      name: 'larkfield',
      teams: TEAMS,
      products: PRODUCTS.map((name) => ({ name, team: name })),
      environments: [
        { name: 'staging', order: 1, production: false },
        { name: 'production', order: 2, production: true },
      ],
      sources: [{ name: 'larkfield-eu1', kind: 'cluster', environment: 'production', labels: { region: 'eu' }, branches: [] }],
    }),
  );
}

async function promoteOne(client: Client, scanId: string): Promise<void> {
  const { ready } = await value(client.ratchet.get({ baseline: 'larkfield-baseline', strict: 'larkfield-strict', scanId }));
  const [first] = ready;
  if (first === undefined) return;
  await value(
    client.ratchet.promote({
      rules: [first.rule],
      to: 'larkfield-baseline',
      strict: 'larkfield-strict',
      scanId,
      reason: 'Passed consistently: 6 clean runs over 9 days in larkfield-eu1.',
    }),
  );
}

async function decideSome(client: Client, scanId: string): Promise<void> {
  const policy = 'larkfield-strict';
  const { items } = await value(client.inbox.list({ policy, scanId }));
  const [fixed, debt, waived] = items.filter(({ kind }) => kind === 'undecided');
  if (fixed !== undefined)
    await value(client.inbox.decide({ decision: 'fix', policy, rule: fixed.rule, assignee: 'platform', due: '2026-12-18' }));
  if (debt !== undefined) await value(client.inbox.decide({ decision: 'debt', policy, rule: debt.rule, scanId }));
  if (waived?.example === undefined) return;
  const { apiVersion, kind, name, namespace } = waived.example.object;
  await value(
    client.inbox.decide({
      decision: 'waive',
      waiver: {
        rule: waived.rule,
        object: { group: groupOf(apiVersion), kind, name, ...(namespace === undefined ? {} : { namespace }) },
        reason: 'Moves to the new node image in December',
        owner: 'platform',
        expires: '2026-12-01',
      },
    }),
  );
}

/** Nothing of this may fail. */
export async function value<T, E>(
  asked: Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }>,
): Promise<T> {
  const answer = await asked;
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
}
