import type { JsonValue } from '#core/json.ts';
import type { EffectivePolicy, PolicyBook } from '#core/policy/effective.ts';
import { hashOf } from '#core/rules/hash.ts';
import type { NewRevision, RevisionContent, RevisionKind, Revisions } from '#main/store/index.ts';
import { rawOf } from './edit.ts';
import type { ReadWorkspace } from './read-workspace.ts';
import { blockText } from './yaml-text.ts';

/** Why policies are other than they were; for what is found in the files, nobody says. */
export interface RevisionCause {
  readonly kind: RevisionKind;
  readonly author?: string;
  readonly reason?: string;
  readonly evidence?: readonly string[];
  readonly change?: string;
}

/** What a revision keeps of an effective policy. */
export const contentOf = ({
  name,
  title,
  description,
  stage,
  exportAnnotationWaivers,
  rules,
  chain,
}: EffectivePolicy): RevisionContent => ({
  name,
  title,
  description,
  ...(stage === undefined ? {} : { stage }),
  ...(exportAnnotationWaivers === undefined ? {} : { exportAnnotationWaivers }),
  rules,
  chain,
});

/** SHA-256 (hex) of what a policy does: another chain with the same outcome is no other content. */
export const contentHash = ({ name, title, description, stage, exportAnnotationWaivers, rules }: RevisionContent): string =>
  hashOf({
    name,
    title,
    description,
    stage: stage ?? null,
    ...(exportAnnotationWaivers === true ? { exportAnnotationWaivers } : {}),
    rules: JSON.parse(JSON.stringify(rules)) as JsonValue,
  });

/**
 * Revisions for all that is other than when it was last seen (decisions.md 19): a policy's own edit, one of a policy it extends, a
 * removal. What is broken waits until it can be read.
 */
export function newRevisions(
  read: ReadWorkspace,
  book: PolicyBook,
  seen: ReturnType<Revisions['latest']>,
  cause: RevisionCause,
  at: number,
): readonly NewRevision[] {
  const common = {
    kind: cause.kind,
    ...(cause.author === undefined ? {} : { author: cause.author }),
    ...(cause.reason === undefined ? {} : { reason: cause.reason }),
    evidence: cause.evidence ?? [],
    ...(cause.change === undefined ? {} : { change: cause.change }),
    at,
  };
  const policies = read.places.filter(({ kind }) => kind === 'Policy');
  const present = policies.flatMap((place) => {
    const found = book.find(place.name);
    if (!found.ok) return [];
    const content = contentOf(found.value);
    const hash = contentHash(content);
    const before = seen.get(place.name);
    if (before?.hash === hash && !before.removed) return [];
    return [{ name: place.name, hash, content, text: ownText(read, place), ...common }];
  });
  const known = new Set([...policies, ...read.broken.filter(({ kind }) => kind === 'Policy')].map(({ name }) => name));
  const gone = [...seen].filter(([name, { removed }]) => !removed && !known.has(name));
  return [...present, ...gone.map(([name]) => ({ ...removal(name), ...common }))];
}

function removal(name: string): Pick<NewRevision, 'name' | 'hash' | 'content'> {
  const content: RevisionContent = { name, title: name, description: '', rules: {}, chain: [name] };
  return { name, hash: contentHash(content), content };
}

/** The whole file where the policy has one of its own, so that its comments are kept too. */
function ownText(read: ReadWorkspace, place: ReadWorkspace['places'][number]): string {
  const text = read.files.get(place.file)?.text ?? '';
  const alone = read.places.filter(({ file }) => file === place.file).length === 1;
  return alone ? text : blockText(rawOf(text, place));
}
