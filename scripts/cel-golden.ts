import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { caseOf, lineOf, MINORS, type Case } from '#core/cel/fixtures/cases.ts';
import { EXPRESSIONS } from '#core/cel/fixtures/expressions.ts';
import { OBJECTS } from '#core/cel/fixtures/objects.ts';
import { Random } from '#core/cel/fixtures/random.ts';
import { ALL_TEMPLATES, pathsOf, TypedGenerator } from '#core/cel/fixtures/typed-generator.ts';
import { writeGolden, type GoldenAnswer } from '#core/cel/golden/golden.ts';
import { askOracleLines, type OracleReply } from '#test/oracle.ts';

/**
 * Writes core/cel/golden/cases.jsonl: what cel-oracle says of chosen cases, so that the engine can be held against the API server
 * where there is no oracle. `--check` only compares.
 */
const FILE = fileURLToPath(new URL('../core/cel/golden/cases.jsonl', import.meta.url));
const SEED = 36;
/** Asked that often, to leave out what depends on Go's random order of maps. */
const TURNS = 4;
const RANDOM_CASES = 1200;
const NEWEST = 35;
const OLDEST = 29;

/** Every expression of the list, at what the newest server and the portable floor take. */
function listed(): readonly Case[] {
  return EXPRESSIONS.flatMap((expr, i) => {
    const objects = expr.includes('object') ? [OBJECTS[i % OBJECTS.length], OBJECTS[0]] : [undefined];
    const minors = i % 4 === 0 ? [NEWEST, OLDEST] : [NEWEST];
    return minors.flatMap((minor) =>
      [...new Set(objects)].map((object) => ({ expr, minor, type: 'any' as const, ...(object === undefined ? {} : { object }) })),
    );
  });
}

/** Each way to write an expression, three times: so each function and operator, on good arguments and on bad ones. */
function byTemplate(): readonly Case[] {
  const r = new Random(SEED);
  return ALL_TEMPLATES.flatMap((template) =>
    Array.from({ length: 3 }, (_, i) => {
      const object = r.pick(OBJECTS);
      const generator = new TypedGenerator(r, pathsOf(JSON.parse(object) as unknown), 0);
      return { expr: generator.byTemplate(template, i === 2 ? 1 : 0), minor: NEWEST, type: 'any' as const, object };
    }),
  );
}

/** The cases at every other minor at which they are taken where they were not before, and at the one before that. */
async function atBoundaries(cases: readonly Case[]): Promise<readonly Case[]> {
  const oldest = await ask(cases.map((one) => ({ ...one, minor: OLDEST, compileOnly: true })));
  const newest = await ask(cases.map((one) => ({ ...one, compileOnly: true })));
  const changing = cases.filter((_, i) => isRefused(oldest[i]) && !isRefused(newest[i]));
  const all = changing.flatMap((one) => MINORS.map((minor) => ({ ...one, minor })));
  const replies = await ask(all.map((one) => ({ ...one, compileOnly: true })));
  return all.filter((one, i) => {
    const before = isRefused(replies[i - 1]);
    const after = isRefused(replies[i + 1]);
    const own = isRefused(replies[i]);
    return (one.minor > OLDEST && before !== own) || (one.minor < (MINORS.at(-1) ?? 0) && after !== own);
  });
}

const ask = async (cases: readonly (Case & { readonly compileOnly?: boolean })[]): Promise<readonly OracleReply[]> =>
  askOracleLines(cases.map(lineOf));

const isRefused = (reply: OracleReply | undefined): boolean =>
  reply === undefined || reply.compileError !== undefined || reply.evalError?.startsWith('panic') === true;

function answerOf(reply: OracleReply): GoldenAnswer {
  if (isRefused(reply)) return { refused: true };
  const cost = reply.cost === 0 ? {} : { cost: reply.cost };
  const type = { type: reply.outputType ?? '' };
  if (reply.evalError !== undefined) return { ...type, error: true, ...cost };
  return {
    ...type,
    ...(reply.valueType === undefined ? {} : { valueType: reply.valueType }),
    ...cost,
    ...(reply.value === undefined || hasNoForm(reply) ? {} : { value: reply.value }),
  };
}

/** A text of Go's own instead of a value. */
const hasNoForm = ({ valueType = '', value = '' }: OracleReply): boolean =>
  value.startsWith('"') && /^(map|list|optional_type|kubernetes\..*)$/.test(valueType);

async function golden(): Promise<string> {
  const templates = byTemplate();
  const random = Array.from({ length: RANDOM_CASES }, (_, i) => caseOf(SEED, i)).filter((one) => lineOf(one).length < 4000);
  const cases = [...listed(), ...templates, ...(await atBoundaries(templates)), ...random];
  const replies = await Promise.all(Array.from({ length: TURNS }, async () => ask(cases)));
  const turns = replies.map((turn) => turn.map(answerOf));
  const lines = cases.flatMap((one, i) => {
    const answers = new Set(turns.map((turn) => JSON.stringify(turn[i])));
    const answer = turns[0]?.[i];
    return answers.size > 1 || answer === undefined || broken(replies[0]?.[i]) ? [] : [writeGolden({ one, answer })];
  });
  return `${[...new Set(lines)].toSorted((a, b) => (a < b ? -1 : 1)).join('\n')}\n`;
}

/** Go panics inside, which stops the count of the cost where it is. */
const broken = (reply: OracleReply | undefined): boolean => reply?.evalError?.includes('internal error') === true;

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const text = await golden();
const count = text.split('\n').length - 1;
if (!values.check) {
  writeFileSync(FILE, text);
  process.stdout.write(`${count} cases, ${text.length} characters\n`);
} else if (readFileSync(FILE, 'utf8') === text) {
  process.stdout.write(`${count} cases, as in the file\n`);
} else {
  process.stdout.write(`core/cel/golden/cases.jsonl is not what cel-oracle says: run node scripts/cel-golden.ts\n`);
  process.exitCode = 1;
}
