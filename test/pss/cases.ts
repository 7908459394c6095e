import { isObject } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { Random } from '#core/cel/fixtures/random.ts';
import { CONTROLS, DEFAULT_CAPABILITIES, PROBES, SELINUX_TYPES, SYSCTLS, VOLUME_TYPES } from './facts.ts';

/** A Pod that says one thing about some controls and otherwise keeps to the level restricted. */
export interface PodCase {
  readonly name: string;
  /** Ids of the controls that it is about: judged on both sides of each of their versions. */
  readonly about: readonly string[];
  readonly annotations: JsonObject;
  readonly spec: JsonObject;
}

export const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;
type List = (typeof LISTS)[number];

/** What a case changes; a value that is null takes the field away. */
interface Change {
  readonly annotations?: JsonObject;
  readonly spec?: JsonObject;
  /** Of the Pod. */
  readonly context?: JsonObject;
  /** The list in which a second container stands that is changed; by default the first is. */
  readonly list?: List;
  readonly container?: JsonObject;
  /** Of that container. */
  readonly own?: JsonObject;
  readonly windows?: boolean;
}

const merged = (base: JsonObject, over: JsonObject = {}): JsonObject =>
  Object.fromEntries(Object.entries({ ...base, ...over }).filter(([, value]) => value !== null));

const HARDENED: JsonObject = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const CONTEXT: JsonObject = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

function podOf({
  annotations = {},
  spec,
  context,
  list = 'containers',
  container,
  own,
  windows = false,
}: Change): Pick<PodCase, 'annotations' | 'spec'> {
  const contextOf = (changed?: JsonObject): JsonObject => merged(windows ? {} : HARDENED, changed);
  const plain = (name: string): JsonObject => ({ name, image: `${name}:1`, securityContext: contextOf() });
  const changed = (name: string): JsonObject => merged({ ...plain(name), securityContext: contextOf(own) }, container);
  const lists: JsonObject =
    list === 'containers' ? { containers: [changed('web')] } : { containers: [plain('web')], [list]: [changed('other')] };
  const base: JsonObject = {
    ...(windows ? { os: { name: 'windows' } } : {}),
    securityContext: merged(windows ? { runAsNonRoot: true } : CONTEXT, context),
    ...lists,
  };
  return { annotations, spec: merged(base, spec) };
}

const caseOf = (name: string, about: readonly string[], change: Change): PodCase => ({ name, about, ...podOf(change) });
/** A field of a container's security context, in each list. */
const inLists = (control: string, field: string, values: Readonly<Record<string, JsonObject>>): readonly PodCase[] =>
  LISTS.flatMap((list) =>
    Object.entries(values).map(([name, own]) => caseOf(`${field} ${name} in ${list}`, [control], { list, own })),
  );
/** A field of a security context, of the Pod and in each list. */
const everywhere = (control: string, field: string, values: Readonly<Record<string, JsonObject>>): readonly PodCase[] => [
  ...Object.entries(values).map(([name, context]) => caseOf(`${field} ${name} of the Pod`, [control], { context })),
  ...inLists(control, field, values),
];

const nested = (path: readonly string[], value: JsonValue): JsonValue =>
  path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value);
const asObject = (value: JsonValue): JsonObject => (isObject(value) ? value : {});
const byName = <T extends JsonValue>(
  values: readonly T[],
  field: (value: T) => JsonObject,
): Readonly<Record<string, JsonObject>> => Object.fromEntries(values.map((value) => [JSON.stringify(value), field(value)]));

/** Privileged containers may not say that they do not gain privileges. */
const PRIVILEGED = byName([true, false, null], (privileged) => ({
  privileged,
  ...(privileged === true ? { allowPrivilegeEscalation: null } : {}),
}));

const hostNamespaces: readonly PodCase[] = ['hostNetwork', 'hostPID', 'hostIPC'].flatMap((field) =>
  [true, false].map((value) => caseOf(`${field} ${value}`, ['hostNamespaces'], { spec: { [field]: value } })),
);

const VOLUMES: Readonly<Record<string, JsonObject>> = {
  configMap: { name: 'a' },
  csi: { driver: 'csi.example.com' },
  downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] },
  emptyDir: {},
  ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } },
  image: { reference: 'example.com/files:1' },
  persistentVolumeClaim: { claimName: 'a' },
  projected: { sources: [{ secret: { name: 'a' } }] },
  secret: { secretName: 'a' },
  hostPath: { path: '/a' },
  awsElasticBlockStore: { volumeID: 'a' },
  azureDisk: { diskName: 'a', diskURI: 'https://blob.example.com/a' },
  azureFile: { secretName: 'a', shareName: 'a' },
  cephfs: { monitors: ['a'] },
  cinder: { volumeID: 'a' },
  fc: { targetWWNs: ['a'], lun: 0 },
  flexVolume: { driver: 'example.com/a' },
  flocker: { datasetName: 'a' },
  gcePersistentDisk: { pdName: 'a' },
  gitRepo: { repository: 'https://git.example.com/a' },
  glusterfs: { endpoints: 'a', path: 'a' },
  iscsi: { targetPortal: '10.0.0.1', iqn: 'iqn.2000-01.com.example:a', lun: 0 },
  nfs: { server: 'a', path: '/a' },
  photonPersistentDisk: { pdID: 'a' },
  portworxVolume: { volumeID: 'a' },
  quobyte: { registry: 'a:1', volume: 'a' },
  rbd: { monitors: ['a'], image: 'a' },
  scaleIO: { gateway: 'https://a', system: 'a', volumeName: 'a', secretRef: { name: 'a' } },
  storageos: { volumeName: 'a' },
  vsphereVolume: { volumePath: 'a' },
};
const ABOUT_VOLUMES = ['hostPathVolumes', 'restrictedVolumes'];
const volumes: readonly PodCase[] = [
  ...Object.entries(VOLUMES).map(([type, source]) =>
    caseOf(`volume ${type}`, ABOUT_VOLUMES, { spec: { volumes: [{ name: 'a', [type]: source }] } }),
  ),
  caseOf('volume with a name alone', ABOUT_VOLUMES, { spec: { volumes: [{ name: 'a' }] } }),
  caseOf('volumes of all safe types', ABOUT_VOLUMES, {
    spec: { volumes: VOLUME_TYPES.map((type) => ({ name: type.toLowerCase(), [type]: VOLUMES[type] ?? {} })) },
  }),
  caseOf('volumes, one safe and one not', ABOUT_VOLUMES, {
    spec: {
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'b', hostPath: { path: '/b' } },
      ],
    },
  }),
];

const port = (hostPort?: number): JsonObject => ({
  ports: [{ containerPort: 80, ...(hostPort === undefined ? {} : { hostPort }) }],
});
const hostPorts: readonly PodCase[] = [
  ...(['containers', 'initContainers'] as const).flatMap((list) =>
    [undefined, 0, 80].map((hostPort) =>
      caseOf(`hostPort ${hostPort} in ${list}`, ['hostPorts'], { list, container: port(hostPort) }),
    ),
  ),
  caseOf('a port in the network of the node', ['hostPorts', 'hostNamespaces'], {
    container: port(),
    spec: { hostNetwork: true },
  }),
];

/** Init containers have probes where they go on running. */
const probes: readonly PodCase[] = PROBES.flatMap((path) => {
  const [action = ''] = path.slice(-1);
  return [null, '', '127.0.0.1', 'db.example.com'].flatMap((host) =>
    (['containers', 'initContainers'] as const).map((list) => {
      const called = { port: 80, ...(action === 'httpGet' ? { path: '/' } : {}), ...(host === null ? {} : { host }) };
      const sidecar: JsonObject = list === 'containers' ? {} : { restartPolicy: 'Always' };
      const container = { ...asObject(nested(path, called)), ...sidecar };
      return caseOf(`${path.join('.')} host ${JSON.stringify(host)} in ${list}`, ['hostProbesAndHostLifecycle'], {
        list,
        container,
      });
    }),
  );
});

const OTHER_CAPABILITIES = ['NET_RAW', 'NET_ADMIN', 'SYS_ADMIN', 'SYS_TIME', 'SYS_PTRACE', 'ALL', 'CAP_CHOWN', 'chown'];
const ABOUT_CAPABILITIES = ['capabilities_baseline', 'capabilities_restricted'];
const capabilities: readonly PodCase[] = [
  ...[...DEFAULT_CAPABILITIES, ...OTHER_CAPABILITIES].map((one) =>
    caseOf(`capability ${one} added`, ABOUT_CAPABILITIES, { own: { capabilities: { drop: ['ALL'], add: [one] } } }),
  ),
  ...inLists('capabilities_restricted', 'capabilities', {
    none: { capabilities: null },
    empty: { capabilities: {} },
    'ALL dropped': { capabilities: { drop: ['ALL'] } },
    'all dropped': { capabilities: { drop: ['all'] } },
    'CAP_ALL dropped': { capabilities: { drop: ['CAP_ALL'] } },
    'KILL dropped': { capabilities: { drop: ['KILL'] } },
    'KILL and ALL dropped': { capabilities: { drop: ['KILL', 'ALL'] } },
    'none added': { capabilities: { drop: ['ALL'], add: [] } },
    'NET_BIND_SERVICE added': { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } },
    'NET_BIND_SERVICE and CHOWN added': { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'CHOWN'] } },
    'all default ones added': { capabilities: { drop: ['ALL'], add: [...DEFAULT_CAPABILITIES] } },
    'NET_RAW added, nothing dropped': { capabilities: { add: ['NET_RAW'] } },
  }),
];

const hostProcess = (value: boolean): JsonObject => ({ windowsOptions: { hostProcess: value } });
const windowsHostProcess: readonly PodCase[] = [true, false].flatMap((value) => {
  const spec = value ? { hostNetwork: true } : {};
  return [
    caseOf(`hostProcess ${value} of the Pod`, ['windowsHostProcess'], { context: hostProcess(value), spec, windows: true }),
    caseOf(`hostProcess ${value} of the container`, ['windowsHostProcess'], { own: hostProcess(value), spec, windows: true }),
    caseOf(`hostProcess ${value} without a system`, ['windowsHostProcess'], { context: hostProcess(value), spec }),
  ];
});

const seLinux = (options: JsonObject): JsonObject => ({ seLinuxOptions: options });
const seLinuxOptions = everywhere('seLinuxOptions', 'seLinuxOptions', {
  ...byName([...Object.keys(SELINUX_TYPES), 'spc_t', 'container_logreader_t', 'Container_t'], (type) => seLinux({ type })),
  level: seLinux({ level: 's0:c1,c2' }),
  'user ""': seLinux({ user: '' }),
  'user system_u': seLinux({ user: 'system_u' }),
  'role ""': seLinux({ role: '' }),
  'role system_r': seLinux({ role: 'system_r' }),
  none: seLinux({}),
});

/** A container that is unmasked must have users of its own, and to the API server that is all it may be. */
const ABOUT_PROC = ['procMount', 'procMount_restricted'];
const procMount: readonly PodCase[] = [
  ...inLists(
    'procMount',
    'procMount',
    byName(['Default', 'Unmasked'], (value) => ({ procMount: value })),
  ),
  ...(['containers', 'initContainers'] as const).flatMap((list) =>
    ['Default', 'Unmasked'].map((value) =>
      caseOf(`procMount ${value} in ${list}, users of its own`, ABOUT_PROC, {
        list,
        own: { procMount: value },
        spec: { hostUsers: false },
      }),
    ),
  ),
];

const profile = (field: string, type: string): JsonObject => ({
  [field]: { type, ...(type === 'Localhost' ? { localhostProfile: 'a' } : {}) },
});
const PROFILES = ['RuntimeDefault', 'Localhost', 'Unconfined'];
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/web';
const appArmorProfile: readonly PodCase[] = [
  ...everywhere(
    'appArmorProfile',
    'appArmorProfile',
    byName(PROFILES, (type) => profile('appArmorProfile', type)),
  ),
  ...['', 'runtime/default', 'localhost/a', 'localhost/', 'unconfined', 'other'].map((value) =>
    caseOf(`AppArmor annotation ${JSON.stringify(value)}`, ['appArmorProfile'], { annotations: { [APPARMOR]: value } }),
  ),
];

const ABOUT_SECCOMP = ['seccompProfile_baseline', 'seccompProfile_restricted'];
const seccomp = (type: string | null): JsonObject => (type === null ? { seccompProfile: null } : profile('seccompProfile', type));
const seccompProfile: readonly PodCase[] = [
  ...[null, ...PROFILES].flatMap((ofPod) =>
    LISTS.flatMap((list) =>
      [null, ...PROFILES]
        // An ephemeral container joins a Pod that is there already.
        .filter(() => list !== 'ephemeralContainers' || ofPod === 'RuntimeDefault')
        .map((own) => {
          const context = seccomp(ofPod);
          return caseOf(`seccompProfile ${own} in ${list}, ${ofPod} of the Pod`, ABOUT_SECCOMP, {
            list,
            context,
            own: seccomp(own),
          });
        }),
    ),
  ),
  ...['runtime/default', 'docker/default', 'localhost/a', 'localhost/', 'unconfined', 'other', ''].flatMap((value) =>
    [
      'seccomp.security.alpha.kubernetes.io/pod',
      'container.seccomp.security.alpha.kubernetes.io/web',
      'container.seccomp.security.alpha.kubernetes.io/none',
    ].map((key) =>
      caseOf(`annotation ${key} ${JSON.stringify(value)}`, ABOUT_SECCOMP, {
        annotations: { [key]: value },
        context: { seccompProfile: null },
      }),
    ),
  ),
];

const OTHER_SYSCTLS = ['kernel.msgmax', 'kernel.sem', 'net.core.somaxconn', 'net.ipv4.tcp_mem'];
const sysctls: readonly PodCase[] = [
  ...[...Object.keys(SYSCTLS), ...OTHER_SYSCTLS].map((name) =>
    caseOf(`sysctl ${name}`, ['sysctls'], { context: { sysctls: [{ name, value: '1' }] } }),
  ),
  caseOf('all safe sysctls', ['sysctls'], { context: { sysctls: Object.keys(SYSCTLS).map((name) => ({ name, value: '1' })) } }),
  caseOf('a sysctl with slashes', ['sysctls'], { context: { sysctls: [{ name: 'net/ipv4/tcp_syncookies', value: '1' }] } }),
];

const allowPrivilegeEscalation = inLists(
  'allowPrivilegeEscalation',
  'allowPrivilegeEscalation',
  byName([true, false, null], (value) => ({ allowPrivilegeEscalation: value })),
);

const inherited = (
  field: string,
  ofPod: readonly (JsonValue | null)[],
  ofContainer: readonly (JsonValue | null)[],
  about: readonly string[],
): readonly PodCase[] =>
  [{}, { hostUsers: false }, { hostUsers: true }].flatMap((spec) =>
    LISTS.flatMap((list) =>
      ofPod
        .filter((value) => list !== 'ephemeralContainers' || (value === ofPod[0] && spec.hostUsers === undefined))
        .flatMap((value) =>
          ofContainer.map((own) => {
            const users = spec.hostUsers === undefined ? '' : `, hostUsers ${spec.hostUsers}`;
            const name = `${field} ${JSON.stringify(own)} in ${list}, ${JSON.stringify(value)} of the Pod${users}`;
            return caseOf(name, about, { list, spec, context: { [field]: value }, own: { [field]: own } });
          }),
        ),
    ),
  );
const runAsNonRoot = inherited('runAsNonRoot', [true, null, false], [null, true, false], ['runAsNonRoot']);
const runAsUser = inherited('runAsUser', [null, 0, 1], [null, 0, 10_001], ['runAsUser']);

const ABOUT_WINDOWS = ['allowPrivilegeEscalation', 'capabilities_restricted', 'seccompProfile_restricted'];
const windows: readonly PodCase[] = [
  caseOf('Windows', ABOUT_WINDOWS, { windows: true }),
  ...[null, false].map((value) =>
    caseOf(`Windows, runAsNonRoot ${value}`, [...ABOUT_WINDOWS, 'runAsNonRoot'], {
      windows: true,
      context: { runAsNonRoot: value },
    }),
  ),
  caseOf('Windows, hostPath', ABOUT_WINDOWS, { windows: true, spec: { volumes: [{ name: 'a', hostPath: { path: 'c:/a' } }] } }),
  caseOf('Windows, hostPort', ABOUT_WINDOWS, { windows: true, container: port(80) }),
  caseOf('Windows, a probe of another host', [...ABOUT_WINDOWS, 'hostProbesAndHostLifecycle'], {
    windows: true,
    container: { livenessProbe: { httpGet: { host: 'a', path: '/', port: 80 } } },
  }),
  // The API server lets Windows have none of these: what is dropped there is judged nowhere.
  caseOf('Windows, a capability', ABOUT_WINDOWS, { windows: true, own: { capabilities: { add: ['SYS_ADMIN'] } } }),
  caseOf('Windows, unconfined', ABOUT_WINDOWS, { windows: true, context: { seccompProfile: { type: 'Unconfined' } } }),
  caseOf('Linux, nothing said', ABOUT_WINDOWS, {
    spec: { os: { name: 'linux' } },
    own: { allowPrivilegeEscalation: null, capabilities: null },
    context: { seccompProfile: null },
  }),
];

const single: readonly PodCase[] = [
  caseOf(
    'keeps to all of it',
    CONTROLS.map(({ id }) => id),
    {},
  ),
  ...inLists('privileged', 'privileged', PRIVILEGED),
  ...hostNamespaces,
  ...volumes,
  ...hostPorts,
  ...probes,
  ...capabilities,
  ...windowsHostProcess,
  ...seLinuxOptions,
  ...procMount,
  ...appArmorProfile,
  ...seccompProfile,
  ...sysctls,
  ...allowPrivilegeEscalation,
  ...runAsNonRoot,
  ...runAsUser,
  ...windows,
];

const COMBINED = 60;

const joined = (one: JsonValue | undefined, other: JsonValue | undefined): JsonValue =>
  isObject(one) && isObject(other)
    ? Object.fromEntries(
        [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key, joined(one[key], other[key])]),
      )
    : (other ?? one ?? null);

/** What several cases say at once, about every control and so in every version. Lists of containers are those of the last that has them. */
function combined(): readonly PodCase[] {
  const random = new Random(7);
  // Windows and what the API server takes in few company would make most of them invalid.
  const usable = single.filter(
    ({ name, annotations, spec }) =>
      spec['ephemeralContainers'] === undefined &&
      spec['os'] === undefined &&
      Object.keys(annotations).length === 0 &&
      !name.includes('Unmasked'),
  );
  return Array.from({ length: COMBINED }, (_, number) => {
    const chosen = Array.from({ length: 2 + (number % 3) }, () => random.pick(usable));
    const { annotations, spec } = chosen.reduce<Pick<PodCase, 'annotations' | 'spec'>>(
      (all, one) => ({ annotations: { ...all.annotations, ...one.annotations }, spec: asObject(joined(all.spec, one.spec)) }),
      { annotations: {}, spec: {} },
    );
    return {
      name: `${number}: ${chosen.map(({ name }) => name).join(' + ')}`,
      about: CONTROLS.map(({ id }) => id),
      annotations,
      spec,
    };
  });
}

/** Every control, in each place that it looks at, with values that it allows and that it forbids; then some of them together. */
export const CASES: readonly PodCase[] = [...single, ...combined()];

export const isEphemeral = ({ spec }: PodCase): boolean => spec['ephemeralContainers'] !== undefined;

export const podObject = ({ annotations, spec }: PodCase, name = 'a'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
  spec,
});
