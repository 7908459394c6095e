import { applyChange } from './change.ts';
import { applyDefaults } from './defaults.ts';
import { numberOf } from './identity.ts';
import { child, isObj, metadataOf, nameOf, specOf, textOf, type Obj } from './json.ts';
import { defaultAccount, liveObject } from './live.ts';
import { ownedBy, type Rollout } from './owned.ts';
import type { Change, Moment, Story } from './story.ts';

/** The sample cluster at one moment: every object as a list request would return it, in order of kind, namespace and name. */
export interface Look {
  readonly at: string;
  readonly title: string;
  readonly objects: readonly Obj[];
}

/** An object that somebody wrote: its manifest as it stands, and how it came there. Times in ms. */
interface Written {
  readonly manifest: Obj;
  readonly created: number;
  readonly changed: number;
  readonly generation: number;
  readonly rollouts: readonly Rollout[];
}

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Tells the story: what the cluster holds at each of its moments. The same story always gives the same objects. */
export function tell(story: Story): Look[] {
  const first = Date.parse(story.moments[0]?.at ?? '');
  const written = new Map<string, Written>();
  const versions = new ResourceVersions();
  return story.moments.map((moment, index) => {
    const now = Date.parse(moment.at);
    for (const manifest of moment.add) {
      const name = nameOf(manifest);
      if (written.has(name)) throw new Error(`${name} stands in two manifests`);
      written.set(name, index === 0 ? longThere(manifest, first, story) : justWritten(manifest, now));
    }
    for (const change of moment.changes) apply(written, change, now, moment);
    const objects = [...written.values()].flatMap((entry) => objectsOf(entry, now, first, story));
    const sorted = objects.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    versions.stamp(sorted);
    return { at: moment.at, title: moment.title, objects: sorted };
  });
}

const orderOf = (object: Obj): string =>
  [textOf(object, 'kind'), textOf(metadataOf(object), 'namespace'), textOf(metadataOf(object), 'name')].join('\u0000');

/** The object itself, what its controller made of it, and the default account of a namespace. */
function objectsOf(
  { manifest, created, changed, generation, rollouts }: Written,
  now: number,
  first: number,
  story: Story,
): Obj[] {
  const object = liveObject(manifest, { created, changed, generation, rollouts: rollouts.length, now }, story);
  const owned = ownedBy({ object, rollouts }, { now, nodesSince: first - 25 * DAY }, story);
  const isNamespace = textOf(object, 'kind') === 'Namespace';
  return [object, ...owned, ...(isNamespace ? [defaultAccount(textOf(metadataOf(object), 'name'), created)] : [])];
}

/** An object of the first look: namespaces and nodes were there before what stands in them. */
function longThere(manifest: Obj, first: number, { earlier }: Story): Written {
  const name = nameOf(manifest);
  const ground = ['Namespace', 'Node'].includes(textOf(manifest, 'kind'));
  const created = first - (ground ? 500 * DAY : 90 * DAY + numberOf(300 * 24, 'age', name) * HOUR);
  const images = earlier[name.slice(name.indexOf(' ') + 1)] ?? [];
  return { manifest, created, changed: created, generation: 1, rollouts: firstRollouts(manifest, images, created, first) };
}

function justWritten(manifest: Obj, now: number): Written {
  const created = shortlyBefore(now, nameOf(manifest));
  return { manifest, created, changed: created, generation: 1, rollouts: firstRollouts(manifest, [], created, now) };
}

/** Things happen some hours before somebody looks. */
const shortlyBefore = (now: number, name: string): number =>
  now - 2 * HOUR - numberOf(14 * 3600, 'written', name, String(now)) * 1000;

/** The rollouts that earlier images stand for: the oldest with the object itself, the current one days before the first look. */
function firstRollouts(manifest: Obj, images: readonly string[], created: number, first: number): Rollout[] {
  const template = templateOf(manifest);
  if (template === undefined) return [];
  const latest = first - 3 * DAY - numberOf(17 * 24, 'rollout', nameOf(manifest)) * HOUR;
  const at = (index: number): number =>
    index === 0 ? created : created + Math.floor(((latest - created) * index) / images.length);
  return [
    ...images.map((image, index) => {
      const old = structuredClone(template);
      const containers = specOf(old)['containers'];
      if (Array.isArray(containers) && isObj(containers[0])) containers[0]['image'] = image;
      return { template: old, at: at(index) };
    }),
    { template, at: at(images.length) },
  ];
}

const ROLLED_OUT = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** The pod template with defaults, of kinds whose change replaces Pods. */
function templateOf(manifest: Obj): Obj | undefined {
  if (!ROLLED_OUT.has(textOf(manifest, 'kind'))) return undefined;
  const object = structuredClone(manifest);
  applyDefaults(object);
  return child(specOf(object), 'template');
}

function apply(written: Map<string, Written>, change: Change, now: number, { title }: Moment): void {
  const entry = written.get(change.object);
  if (entry === undefined) throw new Error(`${title}: there is no ${change.object}`);
  if (change.delete === true) {
    written.delete(change.object);
    return;
  }
  const manifest = structuredClone(entry.manifest);
  applyChange(manifest, change);
  const changed = shortlyBefore(now, change.object);
  const template = templateOf(manifest);
  const rolledOut = template !== undefined && JSON.stringify(template) !== JSON.stringify(templateOf(entry.manifest));
  written.set(change.object, {
    manifest,
    created: entry.created,
    changed,
    generation: entry.generation + 1,
    rollouts: rolledOut ? [...entry.rollouts, { template, at: changed }] : entry.rollouts,
  });
}

/** Gives every object a resourceVersion that changes exactly when the object does. */
class ResourceVersions {
  readonly #known = new Map<string, { readonly text: string; readonly version: number }>();
  #last = 418_220;

  stamp(objects: readonly Obj[]): void {
    for (const object of objects) {
      const metadata = metadataOf(object);
      const uid = textOf(metadata, 'uid');
      const text = JSON.stringify(object);
      const known = this.#known.get(uid);
      if (known?.text !== text) {
        this.#last += 1 + numberOf(40, 'step', uid, text);
        this.#known.set(uid, { text, version: this.#last });
      }
      metadata['resourceVersion'] = String(this.#known.get(uid)?.version);
    }
  }
}
