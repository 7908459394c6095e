import { expect, it } from 'vitest';
import type { Run } from '#core/api/common.ts';
import { historyTable } from './list-history.ts';

const run = (status: Run['status']): Run => ({
  id: '01K0000000000000000000000A',
  number: 3,
  origin: 'scan',
  status,
  startedAt: '2026-11-24T06:00:00.000Z',
  source: { id: 1, kind: 'cluster', name: 'prod', colour: 'blue', production: true },
  policy: 'default',
  labels: {},
  toolVersion: '0.1.0',
  objects: 12,
  evaluated: 0,
  requests: 4,
  covered: 0.5,
  failing: { critical: 0, high: 0, medium: 0, low: 0 },
  posture: { pass: 0, fail: 0 },
});

const row = (status: Run['status']): string => historyTable([run(status)], 1, false).split('\n')[1] ?? '';

it.each(['complete', 'incomplete'] as const)('a run that is %s has figures', (status) => {
  expect(row(status)).toMatch(/12 objects {2,}0 +0 +0 +0$/);
});

it.each(['cancelled', 'failed', 'interrupted', 'running'] as const)(
  'a run that is %s has none, and noughts would lie',
  (status) => {
    expect(row(status)).toMatch(/12 objects {2,}- +- +- +-$/);
  },
);
