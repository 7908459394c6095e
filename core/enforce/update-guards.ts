/** What an update of an object may do that a rule would refuse to let in anew. */
export const ON_UPDATE = ['create-only', 'template-changed', 'no-new-violations', 'strict'] as const;
export type OnUpdate = (typeof ON_UPDATE)[number];

/**
 * The default. What is old is left alone until somebody changes what the rule looks at; then it is judged as a scan judges it, by the
 * same expression. `no-new-violations` never makes anybody mend what is old, and asks twice as much of the API server.
 */
export const DEFAULT_ON_UPDATE: OnUpdate = 'template-changed';

/** What each lets an update do. */
export const ON_UPDATE_TITLES: Readonly<Record<OnUpdate, string>> = {
  'create-only': 'updates are not judged',
  'template-changed': 'updates are judged where they change what a rule looks at',
  'no-new-violations': 'updates may keep what failed before, and add nothing that fails',
  strict: 'every update is judged',
};
