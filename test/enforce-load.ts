import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Library, Rule } from '#core/rules/model.ts';
import { configMap, deployment, namespace, service } from '#test/scan-objects.ts';

/** Load for enforcement: as many rules as one likes, made of those of the library, and a folder of objects. */

/** The library's rules again and again, under other ids, with other messages and, where they take whole numbers, other parameters. */
export function manyRules(library: Library, count: number): Library {
  const rules = Array.from({ length: count }, (_, at): Rule | undefined => {
    const rule = library.rules[at % library.rules.length];
    const copy = Math.floor(at / library.rules.length);
    if (rule === undefined || copy === 0) return rule;
    const params = Object.fromEntries(
      Object.entries(rule.params).map(([name, value]) => [name, typeof value === 'number' ? value + copy : value]),
    );
    return { ...rule, id: `${rule.id.slice(0, 34)}-c${copy}`, aliases: {}, message: `${rule.message} (${copy})`, params };
  });
  return { ...library, rules: rules.filter((rule) => rule !== undefined), policies: [], hash: `${library.hash}-${count}` };
}

const NAMESPACES = 80;

const pod = (at: number, inNamespace: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `p${at}`,
    namespace: inNamespace,
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `r${at}`, uid: `u${at}`, controller: true }],
  },
  spec: { containers: [{ name: 'web', image: 'registry.example/web:1.2.3' }] },
});

/** One of ten fails most rules, two of ten are Pods that a controller made of such, the others are sound or of no interest. */
function objectOf(at: number) {
  const inNamespace = `team-${at % NAMESPACES}`;
  const kind = at % 10;
  if (kind === 0) return deployment(`d${at}`, { namespace: inNamespace, replicas: 1 });
  if (kind < 3) return pod(at, inNamespace);
  if (kind < 6) return deployment(`d${at}`, { namespace: inNamespace, sound: true, labels: { app: `d${at}`, owner: 'x' } });
  return kind < 8 ? service(`s${at}`, 'ClusterIP', inNamespace) : configMap(`c${at}`, { colour: 'plum' }, inNamespace);
}

/** Writes that many objects into a folder, which is made. */
export function writeManifests(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  const spaces = Array.from({ length: NAMESPACES }, (_, at) => namespace(`team-${at}`, { team: `t${at % 12}` }));
  const objects = Array.from({ length: count - NAMESPACES }, (_, at) => objectOf(at));
  writeFileSync(join(folder, 'all.yaml'), [...spaces, ...objects].map((object) => JSON.stringify(object)).join('\n---\n'));
}

/** Milliseconds of this process's own time: what it takes where nobody else wants the processor. */
export async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const start = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}
