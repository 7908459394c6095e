import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { groupOf } from '#core/model.ts';

/** Kinds by which engines are told what to enforce: what a scan reads back. */
export interface EngineKinds {
  readonly id: string;
  readonly title: string;
  /** Group and kinds; no kinds stand for all of the group. */
  readonly kinds: readonly { readonly group: string; readonly kinds?: readonly string[] }[];
}

export const ENGINES: readonly EngineKinds[] = [
  {
    id: 'vap',
    title: 'ValidatingAdmissionPolicy',
    kinds: [{ group: 'admissionregistration.k8s.io', kinds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'] }],
  },
  {
    id: 'gatekeeper',
    title: 'Gatekeeper',
    kinds: [{ group: 'templates.gatekeeper.sh', kinds: ['ConstraintTemplate'] }, { group: 'constraints.gatekeeper.sh' }],
  },
  {
    id: 'kyverno',
    title: 'Kyverno',
    kinds: [
      {
        group: 'policies.kyverno.io',
        kinds: ['ValidatingPolicy', 'NamespacedValidatingPolicy', 'PolicyException'],
      },
      { group: 'kyverno.io', kinds: ['ClusterPolicy', 'Policy', 'PolicyException'] },
    ],
  },
  {
    id: 'kubewarden',
    title: 'Kubewarden',
    kinds: [
      {
        group: 'policies.kubewarden.io',
        kinds: ['ClusterAdmissionPolicy', 'AdmissionPolicy', 'ClusterAdmissionPolicyGroup', 'AdmissionPolicyGroup'],
      },
    ],
  },
];

interface Typed {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The engine whose policies are of this kind. */
export const engineOf = ({ apiVersion, kind }: Typed): EngineKinds | undefined =>
  ENGINES.find(({ kinds }) =>
    kinds.some(({ group, kinds: some }) => group === groupOf(apiVersion) && (some === undefined || some.includes(kind))),
  );

export const isOurs = (object: JsonObject): boolean =>
  textAt(object, 'metadata', 'labels', 'app.kubernetes.io/managed-by') === 'plimsoll';

/** An object's address without its version: servers give back another one than was applied. */
export const addressOf = (object: JsonObject): string =>
  [
    groupOf(textAt(object, 'apiVersion') ?? ''),
    textAt(object, 'kind') ?? '',
    textAt(object, 'metadata', 'namespace') ?? '',
    textAt(object, 'metadata', 'name') ?? '',
  ].join('/');
