import type { Client } from '#core/api.ts';
import type { Change } from '#core/api/workspace.ts';
import type { AppError } from '#core/model.ts';
import { nearest } from '#core/nearest.ts';
import { safeText } from '#core/report/safe-text.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import type { ListFormat, OutputTarget } from '#cli/options.ts';
import { latestRun, noScan, withApp } from '#cli/run.ts';
import type { App } from '#main/app.ts';
import { createInProcessClient } from '#main/rpc/in-process.ts';
import { invalidInput, notFound } from '#main/services/errors.ts';
import { createServices } from '#main/services/index.ts';

export { answer, asksFor } from '#cli/answer.ts';

/** What every command over the workspace has. */
export interface WorkspaceOptions {
  readonly db?: string;
  readonly workspace?: string;
  readonly output: readonly OutputTarget<ListFormat>[];
  readonly color: boolean;
}

export interface Session {
  readonly app: App;
  readonly client: Client;
}

/** Runs with the contract, as screens have it; an error is printed and becomes the exit code. */
export const withClient = (
  options: Pick<WorkspaceOptions, 'db' | 'workspace'>,
  run: (session: Session) => Promise<Result<number, AppError>>,
): Promise<void> =>
  withApp(options, async (app) => run({ app, client: createInProcessClient(createServices(app, 'inProcess')) }));

/** What was done, and the files that say it. */
export const changeText = ({ what, files }: Pick<Change, 'what' | 'files'>): string =>
  [what, ...files.map((file) => `  ${file}`)].map((line) => `${safeText(line)}\n`).join('');

/** The id of a rule by its id or an alias of it. */
export function ruleNamed(library: Library, asked: string): Result<string, AppError> {
  const found = library.rules.find(
    ({ id, aliases }) => id === asked || Object.values(aliases).some((names) => names.includes(asked)),
  );
  if (found !== undefined) return ok(found.id);
  const known = library.rules.map(({ id }) => id);
  return err({
    code: 'notFound',
    what: `There is no rule named '${asked}'.`,
    where: 'the rule library',
    why: 'It is neither a rule id nor an alias of one.',
    next: `Did you mean '${nearest(asked, known)}'? 'plimsoll rules' lists all of them.`,
  });
}

export function rulesNamed(library: Library, asked: readonly string[]): Result<string[], AppError> {
  const ids: string[] = [];
  for (const name of asked) {
    const id = ruleNamed(library, name);
    if (!id.ok) return id;
    ids.push(id.value);
  }
  return ok(ids);
}

/** The run asked for, else the newest whole one. */
export function scanNamed({ app }: Session, asked: string | undefined, source?: string): Result<string, AppError> {
  const id = asked === undefined || asked === 'latest' ? latestRun(app, source) : asked;
  if (id !== undefined && app.store.runs.get(id) !== undefined) return ok(id);
  return err(id === undefined ? noScan(app.store.file) : notFound(`Scan ${id}`, app.store.file));
}

/** The strict policy that is named, else that of the workspace's pair. */
export async function strictNamed({ client }: Session, asked: string | undefined): Promise<Result<string, AppError>> {
  if (asked !== undefined) return ok(asked);
  const view = await client.workspace.get();
  if (!view.ok) return view;
  const { strict } = view.value.pair;
  if (strict !== undefined) return ok(strict);
  return err(
    invalidInput('No strict policy is known.', '--strict', 'The workspace binds none.', 'Name one: --strict datree-starter.'),
  );
}
