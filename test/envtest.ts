import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The real servers and judges that tests run against (decisions.md 29, shared/envtest/README.md). */
export const ENVTEST_BINARIES = [
  'kube-apiserver',
  'kube-apiserver-1.36',
  'kube-apiserver-1.30',
  'kube-controller-manager',
  'etcd',
  'gator',
  'kyverno',
  'cel-oracle',
  'cel-bench',
  'datree',
  'kube-score',
] as const;
export type EnvtestBinary = (typeof ENVTEST_BINARIES)[number];

interface Place {
  readonly label: string;
  readonly path: string | undefined;
}

const repository = fileURLToPath(new URL('..', import.meta.url));

const cacheDir = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plimsoll', 'envtest');

const unpacked = (): readonly Place[] => [
  { label: '$KUBEBUILDER_ASSETS', path: process.env['KUBEBUILDER_ASSETS'] },
  { label: '$PLIMSOLL_ENVTEST_DIR', path: process.env['PLIMSOLL_ENVTEST_DIR'] },
  { label: '~/.cache/plimsoll/envtest', path: cacheDir() },
];

const packed = (): readonly Place[] => {
  const shared = process.env['PLIMSOLL_SHARED'];
  return [
    {
      label: '$PLIMSOLL_SHARED/envtest',
      path: shared === undefined || shared === '' ? undefined : join(shared, 'envtest'),
    },
    { label: '../shared/envtest', path: join(repository, '..', 'shared', 'envtest') },
  ];
};

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** `kube-apiserver` and `kube-apiserver-1.36` are one program; a folder made by others has only the first name. */
const namesOf = (name: EnvtestBinary): readonly string[] => (name === 'kube-apiserver-1.36' ? [name, 'kube-apiserver'] : [name]);

function findUnpacked(name: EnvtestBinary): string | undefined {
  for (const { path } of unpacked()) {
    if (path === undefined || path === '') continue;
    for (const candidate of namesOf(name)) if (isExecutable(join(path, candidate))) return join(path, candidate);
  }
  return undefined;
}

const pause = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

let triedUnpacking = false;

/** Unpacks once per process; test files run side by side, so a lock directory lets the others wait for the first. */
function unpack(name: EnvtestBinary): void {
  if (triedUnpacking) return;
  const archive = `${name === 'kube-apiserver' ? 'kube-apiserver-1.36' : name}.xz`;
  const folder = packed().find(
    ({ path }) => path !== undefined && existsSync(join(path, 'setup')) && existsSync(join(path, 'bin', archive)),
  )?.path;
  if (folder === undefined) return;
  triedUnpacking = true;
  const setup = join(folder, 'setup');
  const target = process.env['PLIMSOLL_ENVTEST_DIR'] ?? cacheDir();
  mkdirSync(target, { recursive: true });
  const lock = join(target, '.unpacking');
  for (let waited = 0; ; waited += 500) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      // A lock that outlives two minutes was left by a killed process.
      if (waited >= 120_000) break;
      pause(500);
    }
  }
  try {
    execFileSync('bash', [setup, target], {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 300_000,
    });
  } finally {
    try {
      rmdirSync(lock);
    } catch {
      // removed by a process that gave up waiting
    }
  }
}

/** Absolute path of a test binary, unpacking the shared ones on first need; undefined when it is nowhere. */
export function envtestBinary(name: EnvtestBinary): string | undefined {
  const found = findUnpacked(name);
  if (found !== undefined) return found;
  unpack(name);
  return findUnpacked(name);
}

/** The folder that holds `etcd` and `kube-apiserver`, or undefined. */
export function envtestDir(): string | undefined {
  const etcd = envtestBinary('etcd');
  return etcd === undefined ? undefined : join(etcd, '..');
}

/** A sentence naming every place that was looked at, for a person who has to provide the binaries. */
export const envtestPlaces = (): string =>
  [...unpacked(), ...packed()]
    .map(({ label, path }) => `${label}${path === undefined || path === '' ? ' (not set)' : ` (${path})`}`)
    .join(', ');

const announced = new Set<string>();

export interface EnvtestAvailability {
  readonly available: boolean;
  /** Empty when available. */
  readonly reason: string;
}

/**
 * Asks for test binaries: `describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)`.
 * What is missing fails the run where CI=true, and is otherwise announced in one line and skipped.
 */
export function requireEnvtest(names: readonly EnvtestBinary[]): EnvtestAvailability {
  const missing = names.filter((name) => envtestBinary(name) === undefined);
  if (missing.length === 0) return { available: true, reason: '' };
  const reason = `test binaries missing: ${missing.join(', ')}; sought in ${envtestPlaces()}; get them with shared/envtest/setup or set KUBEBUILDER_ASSETS${delimiter === ';' ? ' (Linux amd64 only)' : ''}`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  // `npm test` says once what is missing, before the test files start.
  if (!announced.has(reason) && process.env['PLIMSOLL_MISSING_SAID'] !== '1') {
    announced.add(reason);
    process.stderr.write(`skipped: ${reason}\n`);
  }
  return { available: false, reason };
}
