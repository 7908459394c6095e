import { tests as comprehensions } from '@bufbuild/cel-spec/testdata/comprehension.js';
import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js';
import { tests as parsing } from '@bufbuild/cel-spec/testdata/parsing.js';
import { expect, test } from 'vitest';
import { askOracle, refusedByOracle, type OracleAnswer } from '#test/cel-oracle.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { EXPRESSIONS } from '../fixtures/expressions.ts';
import { Random } from '../fixtures/random.ts';
import { compile, createEnvironment } from '../index.ts';
import { flatten, isAboutMessages, type Suite } from './suite.ts';

/** More, or others: `PLIMSOLL_MUTATIONS=20000 PLIMSOLL_MUTATION_SEED=7`. */
const COUNT = Number(process.env['PLIMSOLL_MUTATIONS'] ?? 2000);
const SEED = Number(process.env['PLIMSOLL_MUTATION_SEED'] ?? 20261124);
const MINORS = [29, 32, 36];

const TOKEN =
  /\s+|[bB]?[rR]?(?:"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|[A-Za-z_]\w*|[0-9.]+(?:[eE][+-]?\d+)?[uU]?|&&|\|\||[<>=!]=|./gs;
const PIECES = [...'.?\\"\'x0\n u`{[(@#é/\r\t\f\v\u00a0_-', '\u{1f600}', '//'];

const random = new Random(SEED);
const suites = [conformance, parsing, comprehensions].flatMap((suite) => flatten(suite as unknown as Suite));
const sources = suites.filter(({ test: one }) => !isAboutMessages(one)).map(({ test: one }) => one.original.expr);
const tokens = [...sources, ...EXPRESSIONS].filter((source) => source.length < 300).map((source) => source.match(TOKEN) ?? []);
const pool = tokens.flat();

/** An expression of the tests with one or two tokens dropped, doubled, swapped, replaced, or with a wrong character inside. */
function mutant(): string {
  const own = [...random.pick(tokens)];
  for (let rounds = 1 + random.below(2); rounds > 0; rounds--) {
    const at = random.below(own.length);
    const token = own[at] ?? '';
    const cut = random.below(token.length + 1);
    const changed = [
      (): unknown => own.splice(at, 1),
      (): unknown => own.splice(at, 0, token),
      (): unknown => own.splice(at, 1, random.pick(pool)),
      (): unknown => own.splice(at, 0, random.pick(pool)),
      (): unknown => own.push(own.splice(at, 1)[0] ?? ''),
      (): unknown => own.splice(at, 1, token.slice(0, cut) + random.pick(PIECES) + token.slice(cut + random.below(2))),
    ];
    random.pick(changed)();
  }
  return own.join('');
}

test.skipIf(!requireEnvtest(['cel-oracle']).available)(
  `${COUNT} damaged expressions are taken or refused as by the API server, with the same type (seed ${SEED}, cel-oracle)`,
  { timeout: 60_000 + COUNT * 20 },
  () => {
    const environments = new Map(
      MINORS.map((minor) => [
        minor,
        createEnvironment({ minor, variables: ['object', 'oldObject', 'request', 'namespaceObject'] }),
      ]),
    );
    const questions = Array.from({ length: COUNT }, () => ({
      expr: mutant(),
      minor: random.pick(MINORS),
      compileOnly: true,
    })).filter(({ expr }) => !/google\.protobuf\.\w+\s*\{|NULL_VALUE/.test(expr) && expr.isWellFormed());
    const answers = askOracle(questions);
    const differing = questions.flatMap(({ expr, minor }, i) => {
      const answer = answers[i] as OracleAnswer;
      const environment = environments.get(minor);
      if (environment?.ok !== true) throw new Error('no environment');
      const program = compile(environment.value, expr);
      const ours = program.ok ? program.value.outputType : undefined;
      const theirs = refusedByOracle(answer) ? undefined : answer.outputType;
      return ours === theirs
        ? []
        : [`${minor} ${expr}\n  ${answer.compileError ?? theirs}\n  ${program.ok ? ours : program.error.message}`];
    });
    expect(differing.join('\n')).toBe('');
  },
);
