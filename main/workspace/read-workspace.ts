import type { FileProblem } from '#core/api/workspace.ts';
import { EMPTY_WORKSPACE } from '#core/workspace/model.ts';
import type { WorkspaceContent } from '#core/workspace/model.ts';
import type { DocumentKind } from '#core/workspace/schema.ts';
import { parseDocuments } from './documents.ts';
import type { RawDocument } from './documents.ts';
import type { Part, ReadPart } from './parts.ts';
import { readPart } from './parts.ts';
import { readWorkspaceFiles } from './read-files.ts';
import type { WorkspaceFile } from './read-files.ts';

/** Where a document stands. */
export interface DocumentPlace {
  readonly kind: DocumentKind;
  /** Policy name, id of a waiver or round, policy of decisions, `<policy>--<source>` of debt, empty for the workspace. */
  readonly name: string;
  readonly file: string;
  /** SHA-256 (hex) of the file as it was read. */
  readonly hash: string;
  /** Position in the file, from 0, and its first line, from 1. */
  readonly index: number;
  readonly line: number;
  readonly at: RawDocument['at'];
}

/** The folder as it was read: what holds, where it stands, and what is wrong. */
export interface ReadWorkspace {
  readonly exists: boolean;
  readonly content: WorkspaceContent;
  /** Documents that count. */
  readonly places: readonly DocumentPlace[];
  readonly problems: readonly FileProblem[];
  /** Documents that do not count, by kind and name: they are not to be taken for missing. */
  readonly broken: readonly { readonly kind: DocumentKind; readonly name: string; readonly problem: FileProblem }[];
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  /** Custom rules, kept for the bundle digest (decisions.md 19). */
  readonly rules: readonly Extract<Part, { kind: 'Rule' }>[];
}

/**
 * Reads a workspace folder. What is broken is left out and said, with its place; everything else counts. Of two documents of one
 * name neither counts: which of them was meant, nobody can tell.
 */
export function readWorkspace(folder: string, isReserved: (policy: string) => boolean): ReadWorkspace {
  const { exists, files, problems: fileProblems } = readWorkspaceFiles(folder);
  const problems: FileProblem[] = [...fileProblems];
  const read: ReadPart[] = [];
  for (const file of files) {
    // What was imported from other tools is kept there as it came.
    if (file.file.startsWith('imports/')) continue;
    const parsed = parseDocuments(file);
    problems.push(...parsed.problems);
    for (const document of parsed.documents) {
      const result = readPart(document);
      problems.push(...result.problems);
      if (result.read !== undefined) read.push(result.read);
    }
  }
  const contradictions = [...duplicates(read), ...reserved(read, isReserved)];
  problems.push(...contradictions.map(({ problem }) => problem));
  const out = new Set(contradictions.map(({ read: { document } }) => document));
  const parts = read.flatMap((one) => (one.part === undefined || out.has(one.document) ? [] : [{ ...one, part: one.part }]));
  return {
    exists,
    content: contentOf(parts.map(({ part }) => part)),
    places: parts.map(({ document: { file, hash, index, line, at: placeAt }, part: { kind, name } }) => ({
      kind,
      name,
      file,
      hash,
      index,
      line,
      at: placeAt,
    })),
    problems,
    broken: read.flatMap((one) => brokenOf(one, problems, out.has(one.document))),
    files: new Map(files.map((file) => [file.file, file])),
    rules: parts.flatMap(({ part }) => (part.kind === 'Rule' ? [part] : [])),
  };
}

function contentOf(parts: readonly Part[]): WorkspaceContent {
  return {
    workspace: parts.flatMap((part) => (part.kind === 'Workspace' ? [part.value] : []))[0] ?? EMPTY_WORKSPACE,
    policies: parts.flatMap((part) => (part.kind === 'Policy' ? [part.value] : [])),
    waivers: parts.flatMap((part) => (part.kind === 'Waiver' ? [part.value] : [])),
    decisions: parts.flatMap((part) => (part.kind === 'Decisions' ? part.value : [])),
    debts: parts.flatMap((part) => (part.kind === 'Debt' ? [part.value] : [])),
    feedback: parts.flatMap((part) => (part.kind === 'Feedback' ? [part.value] : [])),
  };
}

interface Contradiction {
  readonly read: ReadPart;
  readonly problem: FileProblem;
}

function duplicates(read: readonly ReadPart[]): readonly Contradiction[] {
  const byName = Map.groupBy(read, ({ kind, name }) => `${kind} ${name ?? ''}`);
  return [...byName.values()].flatMap((same) =>
    same.length < 2 || same[0]?.name === undefined
      ? []
      : same.map((one) => {
          const others = same.filter((other) => other !== one).map(({ document: { file, line } }) => `${file}:${line}`);
          const what = one.kind === 'Workspace' ? 'The workspace' : `The ${one.kind.toLowerCase()} '${one.name ?? ''}'`;
          const problem = at(one, `${what} also stands in ${others.join(', ')}; none of them counts.`, 'Keep one of them.');
          return { read: one, problem };
        }),
  );
}

function reserved(read: readonly ReadPart[], isReserved: (policy: string) => boolean): readonly Contradiction[] {
  return read
    .filter(({ kind, name }) => kind === 'Policy' && name !== undefined && isReserved(name))
    .map((one) => ({
      read: one,
      problem: at(
        one,
        `A policy may not be named '${one.name ?? ''}': Plimsoll has one of that name.`,
        `Give it another name, and let it extend ${one.name ?? ''} if it starts from there.`,
      ),
    }));
}

const at = ({ document, kind }: ReadPart, message: string, next: string): FileProblem => ({
  file: document.file,
  ...document.at([], kind === 'Policy' ? 'name' : undefined),
  path: kind === 'Policy' ? 'name' : '',
  severity: 'error',
  message,
  next,
});

/** A document without a name to be read is known by its file's. */
function brokenOf(read: ReadPart, problems: readonly FileProblem[], contradicts: boolean): ReadWorkspace['broken'] {
  if (read.part !== undefined && !contradicts) return [];
  const { document, kind } = read;
  const own = problems.filter(({ file, severity }) => file === document.file && severity === 'error');
  const problem = own.find(({ line }) => (line ?? 0) >= document.line) ?? own[0];
  const stem = document.file.replace(/^.*\//, '').replace(/\.ya?ml$/i, '');
  return problem === undefined ? [] : [{ kind, name: read.name ?? stem, problem }];
}
