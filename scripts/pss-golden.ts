/** `node scripts/pss-golden.ts`: asks the PodSecurity admission of a real API server again, and writes test/pss/golden.tsv. */
import { writeFileSync } from 'node:fs';
import { startApiServer } from '#test/apiserver.ts';
import { CASES } from '#test/pss/cases.ts';
import { GOLDEN, judged } from '#test/pss/golden.ts';
import { Judge } from '#test/pss/judge.ts';

const [hardened] = CASES;
if (hardened === undefined) throw new Error('there are no cases');
const server = await startApiServer();
try {
  const { text, questions } = await judged(await Judge.over(server, hardened));
  writeFileSync(GOLDEN, text);
  console.log(`${CASES.length} Pods, ${questions} questions answered`);
} finally {
  await server.stop();
}
