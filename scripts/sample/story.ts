import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { nameOf, type Json, type Obj } from './json.ts';

/** resources/sample/sample.yaml: what happened to the sample cluster, and when it was looked at. */

const json = z.json() as unknown as z.ZodType<Json>;
const object = z.record(z.string(), json);
const files = z.array(z.string().endsWith('.yaml'));

const change = z.strictObject({
  /** `Kind namespace/name`, or `Kind name` where it has no namespace. */
  object: z.string(),
  /** Path (decisions.md 3) to the new value. */
  set: object.optional(),
  remove: z.array(z.string()).optional(),
  delete: z.literal(true).optional(),
});
export type Change = z.infer<typeof change>;

const storyFile = z.strictObject({
  cluster: z.strictObject({ name: z.string(), uid: z.uuid(), server: z.url(), gitVersion: z.string(), user: z.string() }),
  start: files,
  nodes: z.array(z.string()).min(1),
  earlier: z.record(z.string(), z.array(z.string())),
  appliedByHand: z.array(z.string()),
  declared: z.record(z.string(), z.string()),
  inject: z.strictObject({ annotation: z.string(), container: object }),
  moments: z
    .array(
      z.strictObject({ at: z.iso.datetime(), title: z.string(), add: files.optional(), changes: z.array(change).optional() }),
    )
    .min(1),
});
type StoryFile = z.infer<typeof storyFile>;

export interface Moment {
  readonly at: string;
  readonly title: string;
  /** Manifests that appear at this moment; at the first one, the whole cluster. */
  readonly add: readonly Obj[];
  readonly changes: readonly Change[];
}

export interface Story extends Pick<StoryFile, 'cluster' | 'nodes' | 'earlier' | 'appliedByHand' | 'declared' | 'inject'> {
  readonly moments: readonly Moment[];
}

/** Reads the story and the manifests it names. Throws with the file's name where one is not as it should be. */
export function readStory(folder: string): Story {
  const { start, moments, ...rest } = storyFile.parse(
    parse(readFileSync(join(folder, 'sample.yaml'), 'utf8'), { schema: 'core' }),
  );
  return {
    ...rest,
    moments: moments.map(({ at, title, add = [], changes = [] }, index) => ({
      at,
      title,
      add: [...(index === 0 ? start : []), ...add].flatMap((file) => readManifests(join(folder, 'manifests', file))),
      changes,
    })),
  };
}

export function readManifests(file: string): Obj[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new Error(`${file}: ${problem.message}`);
    const manifest = document.toJS() as Obj;
    if (nameOf(manifest).trim() === '') throw new Error(`${file}: a document without kind and name`);
    return manifest;
  });
}
