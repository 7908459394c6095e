import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import type { DatreeFailure, DatreeVerdicts } from '#core/datree/compare.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** The program `datree`: where it is, and what it says of files. It runs offline, in a home of its own, and without schemas. */

/** Where `PATH` finds it. */
export function datreeOnPath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const names = process.platform === 'win32' ? ['datree.exe'] : ['datree'];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Files a call: the command line of a process has an end. */
const FILES_A_CALL = 200;
const TIMEOUT_MS = 120_000;
const MAX_OUTPUT = 512 * 1024 * 1024;

/** Runs it on files under a policies.yaml (as text). Paths in the answer are those that were given. */
export async function runDatree(
  program: string,
  files: readonly string[],
  policies: string,
): Promise<Result<DatreeVerdicts, AppError>> {
  const home = mkdtempSync(join(tmpdir(), 'plimsoll-datree-'));
  const failures: DatreeFailure[] = [];
  const unread: { file: string; message: string }[] = [];
  try {
    const config = join(home, 'policies.yaml');
    writeFileSync(config, policies);
    for (let start = 0; start < files.length; start += FILES_A_CALL) {
      const some = files.slice(start, start + FILES_A_CALL);
      const answer = readAnswer(program, await ask(program, some, config, home));
      if (!answer.ok) return answer;
      const given = new Map(some.map((file) => [resolve(file), file]));
      const nameOf = (path: string): string => given.get(resolve(path)) ?? relative(process.cwd(), path);
      failures.push(...failuresOf(answer.value, nameOf));
      unread.push(...unreadOf(answer.value, nameOf));
    }
    return ok({ failures, unread });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function ask(program: string, files: readonly string[], config: string, home: string): Promise<string> {
  const options = ['--no-record', '--policy-config', config, '--skip-validation', 'schema', '-o', 'json'];
  const env = { HOME: home, USERPROFILE: home, PATH: '', DATREE_OFFLINE: 'local' };
  return new Promise((done) => {
    // Its exit code says whether something fails, which the answer says better.
    execFile(
      program,
      ['test', ...options, '--', ...files],
      { env, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT },
      (error, stdout) => {
        done(stdout.trim() === '' && error !== null ? error.message : stdout);
      },
    );
  });
}

const problems = z
  .array(z.object({ path: z.string(), errors: z.array(z.object({ ErrorMessage: z.string() }).loose()).nullish() }))
  .nullish();
const answerShape = z.object({
  policyValidationResults: z
    .array(
      z.object({
        fileName: z.string(),
        ruleResults: z.array(
          z.object({
            identifier: z.string(),
            occurrencesDetails: z.array(z.object({ metadataName: z.string(), kind: z.string(), isSkipped: z.boolean() })),
          }),
        ),
      }),
    )
    .nullish(),
  yamlValidationResults: problems,
  k8sValidationResults: problems,
});
type Answer = z.infer<typeof answerShape>;

function readAnswer(program: string, text: string): Result<Answer, AppError> {
  try {
    const parsed = answerShape.safeParse(JSON.parse(text));
    if (parsed.success) return ok(parsed.data);
  } catch {
    // What is no JSON is told below.
  }
  return err({
    code: 'unreadable',
    what: 'The answer of datree cannot be read.',
    where: program,
    why: text.trim().split('\n').slice(-2).join(' ').slice(0, 300) || 'It said nothing.',
    next: 'Run it by hand on the same files; a version 1.x is expected.',
  });
}

const failuresOf = ({ policyValidationResults }: Answer, nameOf: (path: string) => string): readonly DatreeFailure[] =>
  (policyValidationResults ?? []).flatMap(({ fileName, ruleResults }) =>
    ruleResults.flatMap(({ identifier, occurrencesDetails }) =>
      occurrencesDetails.map(({ metadataName, kind, isSkipped }) => ({
        identifier,
        file: nameOf(fileName),
        kind,
        name: metadataName,
        skipped: isSkipped,
      })),
    ),
  );

const unreadOf = (answer: Answer, nameOf: (path: string) => string): DatreeVerdicts['unread'] =>
  [...(answer.yamlValidationResults ?? []), ...(answer.k8sValidationResults ?? [])].map(({ path, errors }) => ({
    file: nameOf(path),
    message: errors?.[0]?.ErrorMessage ?? 'it could not be read',
  }));
