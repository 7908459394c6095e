import { Answerer, readQuestion, type Answer } from '#core/cel/protocol/answer.ts';
import { lineOf, type Case } from '#core/cel/fixtures/cases.ts';
import { smaller } from '#core/cel/fixtures/shrink.ts';
import { parseJson } from '#main/yaml/json.ts';
import { askOracleLines, canonical, type OracleReply } from './oracle.ts';

/** A case on which the engine and the API server's code do not agree. */
export interface Difference {
  readonly index: number;
  readonly one: Case;
  readonly what: string;
}

const answerer = new Answerer();

export function ours(one: Case): Answer {
  const question = readQuestion(parseJson(lineOf(one)));
  return question.ok ? answerer.answer(question.value) : { evalError: question.error };
}

/** The engine's fast way, which has no cost. */
export function oursFast(one: Case): Answer {
  const question = readQuestion(parseJson(lineOf(one)));
  return question.ok ? answerer.answerFast(question.value) : { evalError: question.error };
}

const said = (answer: Answer | OracleReply): string =>
  answer.compileError !== undefined
    ? `refused: ${answer.compileError.split('\n')[0]}`
    : answer.evalError !== undefined
      ? `error: ${answer.evalError.split('\n')[0]} (${answer.outputType}, cost ${answer.cost ?? 0})`
      : `${answer.valueType} ${answer.value} (${answer.outputType}, cost ${answer.cost ?? 0})`;

/** A panic in the checks of a new policy: the API server refuses it, if not politely. */
const panicked = (reply: OracleReply): boolean => reply.evalError?.startsWith('panic') === true;

/** What differs between two answers, or undefined. Error texts may differ, their presence may not. */
export function difference(one: Case, reply: OracleReply, answer: Answer = ours(one)): string | undefined {
  const report = (what: string): string => `${what}\n    the API server: ${said(reply)}\n    we:             ${said(answer)}`;
  const refused = reply.compileError !== undefined || panicked(reply);
  if (refused !== (answer.compileError !== undefined)) return report('acceptance');
  if (refused) return undefined;
  if (reply.outputType !== answer.outputType) return report('type');
  if ((reply.evalError === undefined) !== (answer.evalError === undefined)) return report('error');
  if (reply.valueType !== answer.valueType) return report("value's type");
  if (answer.value !== undefined && answer.exact === true && !sameValue(one, reply.value, answer.value)) return report('value');
  // A panic inside Go stops the count where it is.
  if (reply.evalError?.includes('internal error') === true) return undefined;
  return reply.cost === (answer.cost ?? 0) ? undefined : report('cost');
}

/** The two ways of the engine must give the same; only the slow one has a cost. */
export function ownDifference(one: Case, answer: Answer = ours(one)): string | undefined {
  const fast = oursFast(one);
  const same =
    (fast.compileError === undefined) === (answer.compileError === undefined) &&
    (fast.evalError === undefined) === (answer.evalError === undefined) &&
    fast.value === answer.value &&
    fast.valueType === answer.valueType;
  return same ? undefined : `fast and counted\n    fast:    ${said(fast)}\n    counted: ${said(answer)}`;
}

function sameValue(one: Case, theirs: string | undefined, mine: string): boolean {
  const own = canonical(parseJson(mine));
  if (own === theirs) return true;
  // Go's way to an approximate float rounds twice; the last digit may differ.
  return one.expr.includes('asApproximateFloat') && Math.abs(Number(own) - Number(theirs)) <= Math.abs(Number(own)) * 1e-15;
}

/** Go goes over maps in random order: what depends on it has no one answer, and ours must be among them. */
async function agreesSometimes(one: Case): Promise<boolean> {
  const replies = await askOracleLines(Array.from({ length: 40 }, () => lineOf(one)));
  return replies.some((reply) => difference(one, reply) === undefined);
}

/** Asks both about every case and gives those that differ, having given Go's random order its chance. */
export async function compareCases(cases: readonly Case[], from = 0): Promise<readonly Difference[]> {
  const asked = askOracleLines(cases.map(lineOf));
  const answers = cases.map(ours);
  const out: Difference[] = [];
  for (const [i, one] of cases.entries()) {
    const what = ownDifference(one, answers[i]);
    if (what !== undefined) out.push({ index: from + i, one, what });
  }
  const replies = await asked;
  for (const [i, one] of cases.entries()) {
    const reply = replies[i];
    const what = reply === undefined ? 'no answer' : difference(one, reply, answers[i]);
    if (what !== undefined && !(await agreesSometimes(one))) out.push({ index: from + i, one, what });
  }
  return out;
}

const MOST_ROUNDS = 40;
const MOST_CANDIDATES = 300;

/** The least case found that still differs in the same respect (acceptance, type, error, value, cost). */
export async function shrink(found: Difference): Promise<Difference> {
  let best = found;
  const kind = kindOf(found);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const candidates = smaller(best.one).slice(0, MOST_CANDIDATES);
    const next = await firstDiffering(candidates, kind, best.index);
    if (next === undefined) return best;
    best = next;
  }
  return best;
}

const kindOf = (found: Difference): string => found.what.split('\n')[0] ?? '';

async function firstDiffering(candidates: readonly Case[], kind: string, index: number): Promise<Difference | undefined> {
  const replies = await askOracleLines(candidates.map(lineOf));
  for (const [i, one] of candidates.entries()) {
    const reply = replies[i];
    const what = ownDifference(one) ?? (reply === undefined ? undefined : difference(one, reply));
    if (what?.split('\n')[0] === kind && (await differsAlways(one))) return { index, one, what };
  }
  return undefined;
}

const differsAlways = async (one: Case): Promise<boolean> => ownDifference(one) !== undefined || !(await agreesSometimes(one));

/** A difference as a person reads it, with the command that shows it again. */
export function describeDifference({ index, one, what }: Difference, seed: number): string {
  const { object, ...rest } = one;
  const about = object === undefined ? 'no object' : object.length < 200 ? object : `${object.slice(0, 100)}...`;
  return `${what}\n    ${JSON.stringify(rest)}\n    on ${about}\n    again: node scripts/cel-differential.ts --seed ${seed} --from ${index} --cases 1 --shrink`;
}
