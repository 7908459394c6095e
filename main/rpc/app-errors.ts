import { ValidationError } from '@orpc/contract';
import { ORPCError } from '@orpc/server';
import type { AppError } from '#core/model.ts';

const MAX_ISSUES = 3;
const MAX_TEXT = 300;

const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

const pathText = (path: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined): string =>
  cut((path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.'));

/** An input that the contract's schema refused: `where` names the call and the first wrong field. */
export function invalidInput(call: string, validation: ValidationError): AppError {
  const shown = validation.issues.slice(0, MAX_ISSUES);
  const more = validation.issues.length - shown.length;
  const why = shown
    .map((issue) => [pathText(issue.path), cut(issue.message)].filter((part) => part !== '').join(': '))
    .join('; ');
  return {
    code: 'invalidInput',
    what: 'The request does not fit what was asked for',
    where: [call, pathText(shown[0]?.path)].filter((part) => part !== '').join(': '),
    why: more > 0 ? `${why}; and ${more} more` : why,
    next: 'Correct the named value and ask again.',
  };
}

/** A request that could not even be read as a call: broken JSON, no envelope, too large. */
export const malformed = (call: string, why: string): AppError => ({
  code: 'invalidInput',
  what: 'The request could not be read',
  where: call,
  why,
  next: 'Send one JSON object {"json": <input>} of at most 1 MiB.',
});

export const unknownCall = (call: string): AppError => ({
  code: 'notFound',
  what: 'There is no such call',
  where: call,
  why: 'The contract does not have it; perhaps the page is of another version than its host.',
  next: 'Reload the page; tools use the calls of core/api.ts.',
});

/**
 * A mistake of ours. Nothing of the thrown error is told: its message may hold a path, a server's answer or a credential.
 * The host's log (redacted) has it.
 */
export const internalError = (call: string): AppError => ({
  code: 'internal',
  what: 'Plimsoll made a mistake and could not answer',
  where: call,
  why: 'An error that nobody expected. Nothing was changed by it that the lists do not show.',
  next: 'Try again. If it happens again, report it with the steps that lead to it.',
});

export const cancelled = (call: string): AppError => ({
  code: 'cancelled',
  what: 'The call was cancelled',
  where: call,
  why: 'The caller stopped waiting.',
  next: 'Ask again if the answer is still wanted.',
});

/** The error as a value: from a refused input, a cancelled call, or anything else that was thrown (then `internal`). */
export function appErrorOfThrown(call: string, thrown: unknown, signal: AbortSignal | undefined): AppError {
  if (thrown instanceof ORPCError && thrown.code === 'BAD_REQUEST' && thrown.cause instanceof ValidationError) {
    return invalidInput(call, thrown.cause);
  }
  if (signal?.aborted === true) return cancelled(call);
  return internalError(call);
}
