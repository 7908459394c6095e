import type { CoverageEntry, CoverageStatus } from '#core/model.ts';
import type { Result } from '#core/result.ts';
import type { Answer, TransportFailure } from '#main/kube/transport.ts';
import type { ListedKind } from '#main/sources/source.ts';

/** How reading a collection ended. */
export interface Outcome {
  readonly status: CoverageStatus;
  readonly httpStatus?: number;
  readonly reason?: string;
}

const unread = (consequence: string): string => `${consequence} What was not read is not evaluated.`;

const BY_STATUS: Readonly<Record<number, readonly [CoverageStatus, string]>> = {
  401: ['unauthorized', 'The server no longer accepts the credential (expired?).'],
  403: ['forbidden', 'This user may not list them.'],
  404: ['notFound', 'The server does not serve them any more.'],
  405: ['notFound', 'The server cannot list them.'],
  406: ['invalid', 'The server cannot give them in the form that was asked for.'],
  410: ['expired', 'The server lost the place between two pages, more than once.'],
  429: ['throttled', 'The server was busy and asked to come back later, several times.'],
};

function statusOutcome(httpStatus: number): Outcome {
  const known = BY_STATUS[httpStatus];
  if (known !== undefined) return { status: known[0], httpStatus, reason: unread(known[1]) };
  if (httpStatus >= 500)
    return { status: 'serverError', httpStatus, reason: unread(`The server failed several times (HTTP ${httpStatus}).`) };
  if (httpStatus >= 300 && httpStatus < 400) {
    return {
      status: 'invalid',
      httpStatus,
      reason: unread('The server answered with a redirect, which is not followed: it would carry the credential elsewhere.'),
    };
  }
  return { status: 'invalid', httpStatus, reason: unread(`The server answered HTTP ${httpStatus}.`) };
}

function failureOutcome(failure: TransportFailure): Outcome {
  switch (failure.kind) {
    case 'cancelled':
      return { status: 'cancelled', reason: unread('The scan was cancelled.') };
    case 'timeout':
    case 'unreachable':
      return { status: failure.kind, reason: unread(`No answer: ${failure.reason}.`) };
    case 'credentials':
      return { status: 'unauthorized', reason: unread(failure.reason) };
    case 'tls':
      return { status: 'unreachable', reason: unread(`No safe connection: ${failure.reason}.`) };
    case 'tooLarge':
    case 'invalid':
      return { status: 'invalid', reason: unread(`The answer could not be used: ${failure.reason}.`) };
  }
}

/** The outcome of an answer that is no page, or of no answer. */
export const outcomeOf = (answer: Result<Answer, TransportFailure>): Outcome =>
  answer.ok ? statusOutcome(answer.value.status) : failureOutcome(answer.error);

export const invalidPage: Outcome = {
  status: 'invalid',
  httpStatus: 200,
  reason: unread('The answer is no list of objects (cut off?).'),
};

/** A row of the coverage table. `objects` is 0 here: pages are not parsed on this side; whoever parses them fills it in. */
export function coverageEntry(kind: ListedKind, outcome: Outcome, namespace?: string): CoverageEntry {
  return {
    group: kind.group,
    version: kind.version,
    kind: kind.kind,
    resource: kind.resource,
    verb: 'list',
    ...(namespace === undefined ? {} : { namespace }),
    objects: 0,
    ...outcome,
  };
}
