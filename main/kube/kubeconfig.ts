import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { AppError } from '#core/model.ts';
import { err, ok, type Result } from '#core/result.ts';
import { type KubeconfigFile, parseKubeconfig } from './kubeconfig-file.ts';
import type { Kubeconfig, NamedCluster, NamedContext, NamedUser } from './kubeconfig-model.ts';

/**
 * Finds and merges kubeconfig files as kubectl does
 * (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files).
 */

export interface KubeconfigSource {
  /** An explicit file (`--kubeconfig`): no other place is looked at. */
  readonly kubeconfig?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A kubeconfig is a few kilobytes; far larger is a wrong file. */
const MAX_BYTES = 2 * 1024 * 1024;

interface Places {
  readonly explicit: boolean;
  /** Absolute, without duplicates, in order. */
  readonly paths: readonly string[];
  /** For people: `--kubeconfig`, `$KUBECONFIG`, `~/.kube/config`. */
  readonly label: string;
}

const homeOf = (env: KubeconfigSource['env']): string => env['HOME'] || env['USERPROFILE'] || homedir();

/** Where kubectl would look, in its order: the explicit file alone, else `$KUBECONFIG` as a list, else `~/.kube/config`. */
export function kubeconfigPlaces({ kubeconfig, env }: KubeconfigSource): Places {
  if (kubeconfig !== undefined) return { explicit: true, paths: [resolve(kubeconfig)], label: '--kubeconfig' };
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 0)
    return {
      explicit: false,
      paths: [...new Set(listed.map((path) => resolve(path)))],
      label: '$KUBECONFIG',
    };
  return {
    explicit: false,
    paths: [join(homeOf(env), '.kube', 'config')],
    label: '~/.kube/config ($KUBECONFIG is not set)',
  };
}

/** File and line, and a reason that never quotes the file: its lines are credentials. */
const unreadable = (where: string, why: string): AppError => ({
  code: 'kubeconfig',
  what: 'A kubeconfig file could not be read.',
  where,
  why,
  next: 'Repair the file (kubectl config view shows the same error), or name another one with --kubeconfig or KUBECONFIG.',
});

const READ_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link to itself',
  ENOTDIR: 'a part of its path is a file, not a folder',
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown error');

/** One file; undefined where it does not exist. */
function readFile(path: string): Result<KubeconfigFile | undefined, AppError> {
  try {
    if (statSync(path).size > MAX_BYTES) return err(unreadable(path, 'it is larger than 2 MiB, which no kubeconfig is'));
    const parsed = parseKubeconfig(readFileSync(path, 'utf8'), path);
    if (parsed.ok) return parsed;
    return err(unreadable(parsed.error.line === undefined ? path : `${path}:${parsed.error.line}`, parsed.error.reason));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return ok(undefined);
    return err(unreadable(path, READ_ERRORS[code] ?? `the operating system answered ${code}`));
  }
}

/** First definition of a name wins, whole: fields of a later entry of the same name are never mixed in. */
function firstByName<T extends { readonly name: string }>(lists: readonly (readonly T[])[]): ReadonlyMap<string, T> {
  const merged = new Map<string, T>();
  for (const entry of lists.flat()) if (!merged.has(entry.name)) merged.set(entry.name, entry);
  return merged;
}

function merge(files: readonly KubeconfigFile[]): Kubeconfig {
  const currentContext = files.map((file) => file.currentContext).find((name) => name !== undefined);
  return {
    clusters: firstByName<NamedCluster>(files.map((file) => file.clusters)),
    users: firstByName<NamedUser>(files.map((file) => file.users)),
    contexts: firstByName<NamedContext>(files.map((file) => file.contexts)),
    ...(currentContext === undefined ? {} : { currentContext }),
  };
}

export interface KubeconfigReading {
  /** Merged from the files that could be read. */
  readonly config: Kubeconfig;
  /** Files that were found, in order. */
  readonly files: readonly string[];
  /** One error for each file that could not be read. */
  readonly errors: readonly AppError[];
  readonly places: Places;
}

/** Reads everything and keeps each file's error beside what the good files hold: for showing a list of contexts. */
export function readKubeconfigs(source: KubeconfigSource): KubeconfigReading {
  const places = kubeconfigPlaces(source);
  const read: KubeconfigFile[] = [];
  const files: string[] = [];
  const errors: AppError[] = [];
  for (const path of places.paths) {
    const file = readFile(path);
    if (!file.ok) errors.push(file.error);
    else if (file.value !== undefined) read.push(file.value);
    else if (places.explicit) errors.push(unreadable(path, 'there is no such file'));
    if (!file.ok || file.value !== undefined) files.push(path);
  }
  return { config: merge(read), files, errors, places };
}

/**
 * The merged kubeconfig for connecting. Any unreadable file is an error, as with kubectl: it might hold the first, and so the
 * valid, definition of the very cluster that is asked for. Finding nothing is an error too, never a made-up localhost.
 */
export function loadKubeconfig(source: KubeconfigSource): Result<Kubeconfig, AppError> {
  const { config, errors, places } = readKubeconfigs(source);
  const [first] = errors;
  if (first !== undefined) return err(first);
  if (config.contexts.size === 0) {
    const looked = `${places.label}: ${places.paths.join(', ')}`;
    return err({
      code: 'kubeconfig',
      what: 'No kubeconfig with a context was found.',
      where: looked,
      why: 'none of the places that were looked at names a cluster',
      next: 'Set KUBECONFIG, pass --kubeconfig FILE, or let your cluster provider write ~/.kube/config.',
    });
  }
  return ok(config);
}

/** Resolves a path of a kubeconfig, which is relative to the file that it stands in. */
export const besideFile = (file: string, path: string): string => resolve(dirname(file), path);
