import { describe, expect, it } from 'vitest';
import { annotationFor } from '#core/decide/waivers.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS, outcomeOf } from '#core/enforce/request.fixture.ts';
import { describeObject } from '#core/inventory/describe.ts';
import type { JsonObject } from '#core/json.ts';
import type { Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const rule = library.rules.find(({ id }) => id === 'memory-limit') as Rule;
const key = `datree.skip/${rule.aliases['datree']?.[0] ?? ''}`;

const outcome = (object: JsonObject, exportAnnotationWaivers: boolean | undefined): string => {
  const policy = { name: 'shop', title: '', description: '', rules: { 'memory-limit': { mode: 'deny' as const } } };
  const whole = exportAnnotationWaivers === undefined ? policy : { ...policy, exportAnnotationWaivers };
  const [planned] = plan(whole, library, OPTIONS).rules;
  return planned === undefined ? 'skipped by the plan' : outcomeOf(planned, { object }).result;
};

const spec = { containers: [{ name: 'web', image: 'web:1' }] };
const metadata = (annotations?: JsonObject): JsonObject => ({
  name: 'web',
  ...(annotations === undefined ? {} : { annotations }),
});
const pod = (annotations?: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: metadata(annotations), spec });
const deployment = (annotations?: JsonObject, ofPods?: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(annotations),
  spec: { template: { metadata: metadata(ofPods), spec } },
});
const cronJob = (ofPods: JsonObject): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: metadata(),
  spec: { jobTemplate: { spec: { template: { metadata: metadata(ofPods), spec } } } },
});

const OBJECTS: readonly (readonly [string, JsonObject])[] = [
  ['by its own annotation', pod({ 'plimsoll.dev/waive.memory-limit': 'it is measured first' })],
  ["by Datree's", pod({ [key]: 'it is measured first' })],
  ['by that of a Deployment', deployment({ [key]: '' })],
  ['by that of its Pods', deployment(undefined, { 'plimsoll.dev/waive.memory-limit': 'yes' })],
  ['by that of the Pods of a CronJob', cronJob({ [key]: 'yes' })],
  ['not by that of another rule', pod({ 'plimsoll.dev/waive.cpu-limit': 'no' })],
  ['not by another name', deployment({ 'plimsoll.dev/waive.memory': 'no' }, { note: 'no' })],
  ['not without any', deployment()],
];

describe('waivers by annotation', () => {
  it.each(OBJECTS)('let off %s, as in a scan, where the policy says so', (_, object) => {
    const waived = annotationFor(describeObject(object), rule) !== undefined;
    expect(outcome(object, true)).toBe(waived ? 'skipped' : 'fails');
  });

  it.each(OBJECTS)('do not count where it does not say so: %s', (_, object) => {
    expect([outcome(object, undefined), outcome(object, false)]).toEqual(['fails', 'fails']);
  });
});
