import { ulid } from 'ulid';
import type { PolicyComparison } from '#core/api/policies.ts';
import { compareVerdicts } from '#core/datree/compare.ts';
import type { ComparedRule, DatreeVerdicts } from '#core/datree/compare.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { judgeFiles } from '#main/scan/judge-files.ts';
import { datreeOnPath, runDatree } from './binary.ts';
import { writePoliciesYaml } from './index.ts';

export interface CompareOptions {
  /** The program; default: what `PATH` finds. */
  readonly program?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ids of rules to compare; default: every rule that has an identifier of Datree's. */
  readonly rules?: readonly string[];
}

export interface DatreeComparison {
  readonly program: string;
  readonly files: number;
  readonly objects: number;
  readonly rules: readonly ComparedRule[];
  /** Files that Datree could not read: nothing is compared in them. */
  readonly unread: DatreeVerdicts['unread'];
}

/** Judges files by Datree and by us, and compares each verdict. */
export async function compareWithDatree(
  paths: readonly string[],
  library: Library,
  options: CompareOptions,
): Promise<Result<DatreeComparison, AppError>> {
  const program = options.program ?? datreeOnPath(options.env);
  if (program === undefined) return err(NO_DATREE);
  const judged = await judgeFiles(paths, library, {
    scanId: ulid(),
    namespace: 'default',
    located: new Uint8Array(library.rules.length),
  });
  if (!judged.ok) return judged;
  const { objects, errors } = judged.value;
  const files = [...new Set(objects.flatMap(({ place }) => (place === undefined ? [] : [place.file])))];
  if (files.length === 0) return err(nothing(paths, errors[0]?.message));
  const chosen = library.rules.filter((rule) => options.rules?.includes(rule.id) ?? true);
  const said = await runDatree(program, files, writePoliciesYaml([policyOf(chosen.map(({ id }) => id))], library).text);
  if (!said.ok) return said;
  const wanted = new Set(chosen);
  return ok({
    program,
    files: files.length,
    objects: objects.length,
    rules: compareVerdicts(library.rules, objects, said.value).filter(({ rule }) => wanted.has(rule)),
    unread: said.value.unread,
  });
}

const policyOf = (ids: readonly string[]): Policy => ({
  name: 'compared',
  title: 'compared',
  description: '',
  rules: Object.fromEntries(ids.map((id) => [id, { mode: 'deny' as const }])),
});

const NO_DATREE: AppError = {
  code: 'notFound',
  what: 'There is no datree to compare with.',
  where: 'PATH',
  why: 'No folder of it has a program of that name.',
  next: 'Install it, or name it with --datree FILE.',
};

const nothing = (paths: readonly string[], why: string | undefined): AppError => ({
  code: 'notFound',
  what: 'There is nothing to compare.',
  where: paths.join(' '),
  why: why ?? 'No file holds an object of Kubernetes.',
  next: 'Name files or folders with manifests.',
});

/** A comparison as the contract gives it. */
export const comparisonAnswer = ({ rules, program, files, objects, unread }: DatreeComparison): PolicyComparison => ({
  program,
  files,
  objects,
  unread: unread.map((entry) => ({ ...entry })),
  rules: rules.map(({ rule, identifier, same, differences }) => ({
    rule: rule.id,
    title: rule.title,
    identifier,
    same,
    differences: differences.map(({ file, kind, name, datree, ours }) => ({ file, kind, name, datree, ours })),
    ...(rule.differs === undefined ? {} : { differs: rule.differs }),
  })),
});
