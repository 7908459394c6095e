import { isArray, isObject, own, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/*
 * The Pod Security Standards as facts: what each control allows, from which policy version to which, written down once more in plain
 * code that shares nothing with the rules. Source: kubernetes/pod-security-admission, policy/check_*.go; versions are Kubernetes minors.
 */

export const LEVELS = ['baseline', 'restricted'] as const;
export type Level = (typeof LEVELS)[number];

/** The newest policy version, and the newest that the judge (kube-apiserver 1.36) knows. */
export const NEWEST = 37;
export const NEWEST_JUDGED = 36;

export interface Control {
  /** The id of the upstream check. */
  readonly id: string;
  readonly level: Level;
  /** The first version that has it. */
  readonly since: number;
  /** The first versions in which it is another than before. */
  readonly changes?: readonly number[];
  /** Restricted only: from `since` on this control of baseline is not judged at the level restricted. */
  readonly overrides?: string;
  readonly violated: (pod: Template, version: number) => boolean;
}

/** A Pod, or what a workload makes its Pods of. */
export interface Template {
  readonly annotations: JsonObject;
  readonly spec: JsonObject;
}

const at = (value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((inner, key) => (inner === undefined ? undefined : own(inner, key)), value);
const listAt = (value: JsonValue | undefined, ...path: readonly string[]): readonly JsonValue[] => {
  const list = at(value, ...path);
  return isArray(list) ? list : [];
};
const containersOf = ({ spec }: Template): readonly JsonValue[] =>
  ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) => listAt(spec, list));
/** The Pod's security context, then those of the containers; absent ones too. */
const contextsOf = (pod: Template): readonly (JsonValue | undefined)[] =>
  [pod.spec, ...containersOf(pod)].map((one) => at(one, 'securityContext'));

const isWindows = ({ spec }: Template): boolean => at(spec, 'os', 'name') === 'windows';
const hasOwnUsers = ({ spec }: Template): boolean => at(spec, 'hostUsers') === false;

export const DEFAULT_CAPABILITIES: readonly string[] =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' ');
export const SELINUX_TYPES: Readonly<Record<string, number>> = {
  '': 0,
  container_t: 0,
  container_init_t: 0,
  container_kvm_t: 0,
  container_engine_t: 31,
};
/** Safe sysctls, and since when. */
export const SYSCTLS: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
  'net.ipv4.tcp_slow_start_after_idle': 37,
  'net.ipv4.tcp_notsent_lowat': 37,
};
export const VOLUME_TYPES: readonly string[] =
  'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(' ');
export const PROBES: readonly (readonly string[])[] = [
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((probe) => [probe]),
  ...['postStart', 'preStop'].map((hook) => ['lifecycle', hook]),
].flatMap((where) => ['httpGet', 'tcpSocket'].map((action) => [...where, action]));

const isDefault = (capability: JsonValue): boolean => DEFAULT_CAPABILITIES.some((one) => one === capability);
const isSafe = (table: Readonly<Record<string, number>>, name: string, version: number): boolean =>
  version >= (table[name] ?? Number.POSITIVE_INFINITY);
const isProfile = (type: JsonValue | undefined): boolean => type === 'RuntimeDefault' || type === 'Localhost';
const hasBadProfile = (context: JsonValue | undefined, field: string): boolean =>
  at(context, field) !== undefined && !isProfile(at(context, field, 'type'));
const isLocal = (value: JsonValue | undefined): boolean => typeof value === 'string' && value.startsWith('localhost/');

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';

function hasBadSeccompAnnotation(pod: Template): boolean {
  const keys = [SECCOMP_POD, ...containersOf(pod).map((one) => `${SECCOMP}${textAt(one, 'name')}`)];
  return keys.some((key) => {
    const value = own(pod.annotations, key);
    return value !== undefined && value !== 'runtime/default' && value !== 'docker/default' && !isLocal(value);
  });
}

const hasOtherProcMount = (pod: Template): boolean =>
  containersOf(pod).some(
    (one) => ![undefined, 'Default'].includes(at(one, 'securityContext', 'procMount') as string | undefined),
  );

/** A value of the Pod's security context that its containers have unless they have their own. */
const lacksInherited = (
  pod: Template,
  holds: (context: JsonValue | undefined) => boolean,
  isSet: (context: JsonValue | undefined) => boolean,
): boolean => {
  const [ofPod, ...ofContainers] = contextsOf(pod);
  if (isSet(ofPod) && !holds(ofPod)) return true;
  return ofContainers.some((context) => !holds(isSet(context) ? context : ofPod));
};

export const CONTROLS: readonly Control[] = [
  {
    id: 'privileged',
    level: 'baseline',
    since: 0,
    violated: (pod) =>
      contextsOf(pod)
        .slice(1)
        .some((context) => at(context, 'privileged') === true),
  },
  {
    id: 'hostNamespaces',
    level: 'baseline',
    since: 0,
    violated: ({ spec }) => ['hostNetwork', 'hostPID', 'hostIPC'].some((field) => at(spec, field) === true),
  },
  {
    id: 'hostPathVolumes',
    level: 'baseline',
    since: 0,
    violated: ({ spec }) => listAt(spec, 'volumes').some((volume) => at(volume, 'hostPath') !== undefined),
  },
  {
    // In the network of the node the API server makes a host port of every port of an app or init container.
    id: 'hostPorts',
    level: 'baseline',
    since: 0,
    violated: (pod) => {
      const onNode = at(pod.spec, 'hostNetwork') === true;
      return containersOf(pod).some((one) =>
        listAt(one, 'ports').some((port) => (at(port, 'hostPort') ?? (onNode ? 1 : 0)) !== 0),
      );
    },
  },
  {
    id: 'hostProbesAndHostLifecycle',
    level: 'baseline',
    since: 34,
    violated: (pod) => containersOf(pod).some((one) => PROBES.some((path) => (at(one, ...path, 'host') ?? '') !== '')),
  },
  {
    id: 'capabilities_baseline',
    level: 'baseline',
    since: 0,
    violated: (pod) =>
      contextsOf(pod)
        .slice(1)
        .some((context) => listAt(context, 'capabilities', 'add').some((one) => !isDefault(one))),
  },
  {
    id: 'windowsHostProcess',
    level: 'baseline',
    since: 0,
    violated: (pod) => contextsOf(pod).some((context) => at(context, 'windowsOptions', 'hostProcess') === true),
  },
  {
    id: 'seLinuxOptions',
    level: 'baseline',
    since: 0,
    changes: [31],
    violated: (pod, version) =>
      contextsOf(pod).some((context) => {
        const said = (field: string): string => textAt(context ?? null, 'seLinuxOptions', field) ?? '';
        return !isSafe(SELINUX_TYPES, said('type'), version) || said('user') !== '' || said('role') !== '';
      }),
  },
  {
    id: 'procMount',
    level: 'baseline',
    since: 0,
    changes: [35],
    violated: (pod, version) => hasOtherProcMount(pod) && !(version >= 35 && hasOwnUsers(pod)),
  },
  {
    id: 'appArmorProfile',
    level: 'baseline',
    since: 0,
    violated: (pod) =>
      contextsOf(pod).some((context) => hasBadProfile(context, 'appArmorProfile')) ||
      Object.entries(pod.annotations).some(
        ([key, value]) => key.startsWith(APPARMOR) && value !== '' && value !== 'runtime/default' && !isLocal(value),
      ),
  },
  {
    id: 'seccompProfile_baseline',
    level: 'baseline',
    since: 0,
    changes: [19],
    violated: (pod, version) =>
      version < 19 ? hasBadSeccompAnnotation(pod) : contextsOf(pod).some((context) => hasBadProfile(context, 'seccompProfile')),
  },
  {
    id: 'sysctls',
    level: 'baseline',
    since: 0,
    changes: [27, 29, 32, 37],
    violated: ({ spec }, version) =>
      listAt(spec, 'securityContext', 'sysctls').some((one) => !isSafe(SYSCTLS, textAt(one, 'name') ?? '', version)),
  },
  {
    id: 'restrictedVolumes',
    level: 'restricted',
    since: 0,
    overrides: 'hostPathVolumes',
    violated: ({ spec }) =>
      listAt(spec, 'volumes').some(
        (volume) =>
          isObject(volume) && Object.keys(volume).length > 1 && !VOLUME_TYPES.some((type) => at(volume, type) !== undefined),
      ),
  },
  {
    id: 'allowPrivilegeEscalation',
    level: 'restricted',
    since: 8,
    changes: [25],
    violated: (pod, version) =>
      !(version >= 25 && isWindows(pod)) &&
      contextsOf(pod)
        .slice(1)
        .some((context) => at(context, 'allowPrivilegeEscalation') !== false),
  },
  {
    id: 'runAsNonRoot',
    level: 'restricted',
    since: 0,
    changes: [35],
    violated: (pod, version) =>
      !(version >= 35 && hasOwnUsers(pod)) &&
      lacksInherited(
        pod,
        (context) => at(context, 'runAsNonRoot') === true,
        (context) => at(context, 'runAsNonRoot') !== undefined,
      ),
  },
  {
    id: 'runAsUser',
    level: 'restricted',
    since: 23,
    changes: [35],
    violated: (pod, version) =>
      !(version >= 35 && hasOwnUsers(pod)) && contextsOf(pod).some((context) => at(context, 'runAsUser') === 0),
  },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    since: 19,
    changes: [25],
    overrides: 'seccompProfile_baseline',
    violated: (pod, version) =>
      !(version >= 25 && isWindows(pod)) &&
      lacksInherited(
        pod,
        (context) => isProfile(at(context, 'seccompProfile', 'type')),
        (context) => at(context, 'seccompProfile') !== undefined,
      ),
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    since: 22,
    changes: [25],
    overrides: 'capabilities_baseline',
    violated: (pod, version) =>
      !(version >= 25 && isWindows(pod)) &&
      contextsOf(pod)
        .slice(1)
        .some(
          (context) =>
            !listAt(context, 'capabilities', 'drop').includes('ALL') ||
            listAt(context, 'capabilities', 'add').some((one) => one !== 'NET_BIND_SERVICE'),
        ),
  },
  {
    id: 'procMount_restricted',
    level: 'restricted',
    since: 35,
    overrides: 'procMount',
    violated: hasOtherProcMount,
  },
];

/** The controls that a level has in a version. */
export function controlsAt(level: Level, version: number): readonly Control[] {
  const there = CONTROLS.filter(({ since }) => version >= since);
  if (level === 'baseline') return there.filter((control) => control.level === 'baseline');
  const overridden = new Set(there.flatMap(({ overrides }) => overrides ?? []));
  return there.filter(({ id }) => !overridden.has(id));
}

/** Ids of the controls that a Pod violates, sorted. */
export const violations = (pod: Template, level: Level, version: number): readonly string[] =>
  controlsAt(level, version)
    .filter(({ violated }) => violated(pod, version))
    .map(({ id }) => id)
    .toSorted();

const ALL_VERSIONS = Array.from({ length: NEWEST + 1 }, (_, version) => version);

/** The versions in which anything about some controls is another than before, with the one before; the oldest and the newest too. All, for all controls. */
export function versionsOf(ids: readonly string[]): readonly number[] {
  if (ids.length === CONTROLS.length) return ALL_VERSIONS;
  const turns = CONTROLS.filter(({ id, overrides = '' }) => ids.includes(id) || ids.includes(overrides)).flatMap(
    ({ since, changes = [] }) => [since, ...changes],
  );
  const all = [0, NEWEST_JUDGED, NEWEST, ...turns.flatMap((turn) => [turn - 1, turn])];
  return [...new Set(all)].filter((version) => version >= 0 && version <= NEWEST).toSorted((a, b) => a - b);
}
