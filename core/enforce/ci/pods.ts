import type { JsonObject } from '#core/json.ts';

/** Pods of ours as the restricted level of the Pod Security Standards, and our own strict rules, want them. */

/** Any id that is not root's, and that no image is likely to give a meaning. */
const USER = 65532;

export const POD_SECURITY: JsonObject = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  fsGroup: USER,
  seccompProfile: { type: 'RuntimeDefault' },
};

export const CONTAINER_SECURITY: JsonObject = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: USER,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Enough for a cluster of 10,000 objects (docs/performance.md), with room. */
export const SCAN_RESOURCES: JsonObject = {
  requests: { cpu: '250m', memory: '512Mi' },
  limits: { cpu: '2', memory: '2Gi' },
};

export const TEST_RESOURCES: JsonObject = {
  requests: { cpu: '100m', memory: '256Mi' },
  limits: { cpu: '1', memory: '1Gi' },
};

/** The only place that may be written to, besides what a job mounts itself. */
export const TMP = { volume: { name: 'tmp', emptyDir: {} }, mount: { name: 'tmp', mountPath: '/tmp' } } as const;

/** Where a program looks for a home of its own. */
export const HOME_ENV: readonly JsonObject[] = [{ name: 'HOME', value: '/tmp' }];
