import { allOf } from '#core/enforce/conditions.ts';
import { labelsOf } from '#core/enforce/labels.ts';
import type { ObjectWaiver, PlannedRule } from '#core/enforce/model.ts';
import { actionName } from '#core/enforce/names.ts';
import type { JsonObject } from '#core/json.ts';
import { hashOf } from '#core/rules/hash.ts';
import type { Waiver } from '#core/workspace/model.ts';

const DAY = 86_400_000;

/** The first moment at which a waiver counts no more: it counts until the end of its last day, in UTC. */
const endOf = ({ expires }: Waiver): string | undefined =>
  expires === undefined ? undefined : `${new Date(Date.parse(expires) + DAY).toISOString().slice(0, 10)}T00:00:00Z`;

/** What a waiver lets off, and only for as long as it counts. `time` is Kyverno's own, from 1.17 on. */
export function untilItsEnd({ waiver, expression }: ObjectWaiver): string {
  const end = endOf(waiver);
  return end === undefined ? expression : allOf([`time.now() < timestamp('${end}')`, expression]);
}

/**
 * A waiver as a PolicyException of all policies of its rule. One condition says it all: of several Kyverno makes alternatives where it
 * generates admission policies. Its background scans pass over `expiresAt`, which is why the condition has the end too.
 */
export function exceptionObject(rule: PlannedRule, one: ObjectWaiver, namespace: string): JsonObject {
  const { waiver } = one;
  const expiresAt = endOf(waiver);
  const spec = {
    policyRefs: rule.actions.map(({ mode }) => ({ kind: 'ValidatingPolicy', name: actionName(rule.rule, mode) })),
    matchConditions: [{ name: 'waived', expression: untilItsEnd(one) }],
    ...(expiresAt === undefined ? {} : { expiresAt }),
    reportResult: 'skip',
    properties: {
      waiver: waiver.id,
      reason: waiver.reason,
      ...(waiver.owner === undefined ? {} : { owner: waiver.owner }),
    },
  };
  return {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'PolicyException',
    metadata: {
      name: `plimsoll-${rule.rule}-${hashOf(waiver.id).slice(0, 8)}`,
      namespace,
      labels: labelsOf(rule),
      annotations: {
        'plimsoll.dev/digest': hashOf(spec),
        ...(waiver.expires === undefined ? {} : { 'plimsoll.dev/waiver-expires': waiver.expires }),
      },
    },
    spec,
  };
}
