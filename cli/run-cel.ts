import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import { Answerer, readQuestion, writeAnswer, type Question } from '#core/cel/protocol/answer.ts';
import { isObject, own, type JsonObject } from '#core/json.ts';
import type { AppError } from '#core/model.ts';
import { safeText } from '#core/report/safe-text.ts';
import { err, ok, type Result } from '#core/result.ts';
import type { CelOptions } from '#cli/commands/cel.ts';
import { explainLines } from '#cli/explain-cel.ts';
import { CLEAN, FATAL, FINDINGS } from '#cli/exit-code.ts';
import { fail } from '#cli/finish.ts';
import { paintFor } from '#cli/paint.ts';
import { parseJson, stringifyJson } from '#main/yaml/json.ts';
import { readYaml } from '#main/yaml/read.ts';

export async function runCel(options: CelOptions): Promise<void> {
  if (options.jsonl) return answerLines();
  if (options.expr === undefined)
    return fail(usage('There is no expression.', '--expr', 'neither --expr nor --jsonl is given', "Write --expr 'object.kind'."));
  const object = options.object === undefined ? ok(undefined) : await readObject(options.object);
  if (!object.ok) return fail(object.error);
  const { expr, minor, type } = options;
  evaluate({ expr, minor, type, ...(object.value === undefined ? {} : { object: object.value }) }, options);
}

function evaluate(question: Question, options: CelOptions): void {
  const answerer = new Answerer();
  const answer = answerer.answer(question);
  if (answer.compileError !== undefined) {
    process.stderr.write(
      `plimsoll: an API server would refuse this expression (compatibility minor ${question.minor}):\n${safeLines(answer.compileError)}\n`,
    );
    process.exitCode = FATAL;
    return;
  }
  const paint = paintFor(process.stdout, options.color);
  const program = options.explain ? answerer.program(question) : undefined;
  if (program?.ok === true) {
    const lines = explainLines(program.value.program, program.value.frame);
    process.stdout.write(
      `${lines.map(({ indent, source, value }) => `${'  '.repeat(indent)}${safeText(source)}  ${paint('dim', '=')} ${safeText(value)}`).join('\n')}\n`,
    );
  } else if (answer.value !== undefined) {
    process.stdout.write(`${safeText(answer.value)}\n`);
  }
  if (answer.evalError !== undefined) process.stderr.write(`error: ${safeLines(answer.evalError)}\n`);
  else
    process.stderr.write(
      `${answer.valueType === answer.outputType ? '' : `${answer.valueType}, declared `}${answer.outputType}, cost ${answer.cost ?? 0}\n`,
    );
  process.exitCode = answer.evalError !== undefined || answer.value === 'false' ? FINDINGS : CLEAN;
}

/** Lines stay lines: a caret points at the place. */
const safeLines = (text: string): string => text.split('\n').map(safeText).join('\n');

const usage = (what: string, where: string, why: string, next: string): AppError => ({
  code: 'invalidInput',
  what,
  where,
  why,
  next,
});

async function readObject(file: string): Promise<Result<JsonObject, AppError>> {
  let content: string;
  try {
    content = file === '-' ? await readAll(process.stdin) : readFileSync(file, 'utf8');
  } catch (cause) {
    return err(
      usage(
        'The object cannot be read.',
        file,
        cause instanceof Error ? cause.message : String(cause),
        'Name a file that exists.',
      ),
    );
  }
  const { documents, errors } = readYaml(content);
  const [problem] = errors;
  if (problem !== undefined)
    return err(
      usage('The object cannot be read.', `${file}:${problem.line}:${problem.column}`, problem.message, 'Mend the file.'),
    );
  const [document] = documents;
  if (document === undefined || documents.length > 1 || !isObject(document.value))
    return err(
      usage(
        'One object is needed.',
        file,
        documents.length > 1 ? `there are ${documents.length} documents` : 'there is no mapping',
        'Give a file with one object.',
      ),
    );
  return ok(document.value);
}

/** cel-oracle's protocol: a question a line in, an answer a line out, in the same order. */
async function answerLines(): Promise<void> {
  const answerer = new Answerer();
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    if (!process.stdout.write(`${answerLine(answerer, line)}\n`))
      await new Promise((resume) => process.stdout.once('drain', resume));
  }
}

function answerLine(answerer: Answerer, line: string): string {
  try {
    const parsed = parseJson(line);
    const question = readQuestion(parsed);
    if (!question.ok) return writeAnswer({ evalError: `bad request: ${question.error}` });
    const id = own(parsed, 'id');
    return writeAnswer(answerer.answer(question.value), id === undefined ? undefined : stringifyJson(id));
  } catch (cause) {
    if (cause instanceof SyntaxError) return writeAnswer({ evalError: `bad request: ${cause.message}` });
    throw cause;
  }
}
