import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CASES, isEphemeral } from './cases.ts';
import type { PodCase } from './cases.ts';
import { LEVELS, NEWEST_JUDGED, versionsOf } from './facts.ts';
import type { Level } from './facts.ts';
import { each, kindOf, workloadCase } from './judge.ts';
import type { Answer, Judge } from './judge.ts';

/*
 * What real PodSecurity admission said of every case, for machines without it. One line for each case, kinds, level and answer:
 * `name <tab> kinds <tab> level <tab> versions <tab> violated controls`, or with dashes `not judged: why`.
 */

export const GOLDEN = fileURLToPath(new URL('./golden.tsv', import.meta.url));

export interface GoldenLine {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly level: Level;
  readonly versions: readonly number[];
  readonly controls: readonly string[];
}

interface Question {
  readonly level: Level;
  readonly version: number;
}

const questionsOf = (one: PodCase): readonly Question[] =>
  LEVELS.flatMap((level) =>
    versionsOf(one.about)
      .filter((version) => version <= NEWEST_JUDGED)
      .map((version) => ({ level, version })),
  );

/** Answers as lines, those of versions that follow each other together; one line where the server takes no such object. */
async function linesOf(one: PodCase, ask: (question: Question) => Promise<Answer>): Promise<readonly string[]> {
  const lines: { readonly level: Level; readonly versions: number[]; readonly controls: string }[] = [];
  for (const { level, version } of questionsOf(one)) {
    const answer = await ask({ level, version });
    if (answer.type === 'notJudged')
      return [['-', '-', `not judged: ${answer.why.replaceAll(/\s+/g, ' ').slice(0, 160)}`].join('\t')];
    const controls = answer.controls.join(' ');
    const last = lines.at(-1);
    if (last?.level === level && last.controls === controls) last.versions.push(version);
    else lines.push({ level, versions: [version], controls });
  }
  return lines.map(({ level, versions, controls }) => [level, rangesText(versions), controls].join('\t'));
}

/** `0-8 22 24-25` */
function rangesText(versions: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const version of versions) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === version - 1) last[1] = version;
    else ranges.push([version, version]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(' ');
}

const rangesOf = (text: string): readonly number[] =>
  text.split(' ').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });

/** The text of the golden file, and how many questions the judge answered for it. */
export async function judged(judge: Judge): Promise<{ readonly text: string; readonly questions: number }> {
  let questions = 0;
  const asked = <T>(answer: T): T => {
    questions += 1;
    return answer;
  };
  const texts: string[] = [];
  await each(CASES.entries(), async ([number, one]) => {
    const pods = await linesOf(one, async ({ level, version }) => asked(await judge.pod(one, level, version)));
    const kind = kindOf(number);
    const object = workloadCase(one, kind);
    const workloads = isEphemeral(one)
      ? []
      : await linesOf(one, async ({ level, version }) => asked(await judge.workload(object, level, version)));
    const together = pods.join('\n') === workloads.join('\n');
    const kinds = together ? [[`Pod ${kind}`, pods] as const] : [['Pod', pods] as const, [kind, workloads] as const];
    texts[number] = kinds.flatMap(([names, lines]) => lines.map((line) => `${one.name}\t${names}\t${line}\n`)).join('');
  });
  return { text: texts.join(''), questions };
}

/** The golden file's answers, without what was not judged. */
export function goldenLines(): readonly GoldenLine[] {
  return readFileSync(GOLDEN, 'utf8')
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [name = '', kinds = '', asked = '', versions = '', controls = ''] = line.split('\t');
      const level = LEVELS.find((one) => one === asked);
      if (level === undefined) return [];
      return [
        {
          name,
          kinds: kinds.split(' '),
          level,
          versions: rangesOf(versions),
          controls: controls === '' ? [] : controls.split(' '),
        },
      ];
    });
}
