import { expect, test } from 'vitest';
import type { AppError } from '#core/model.ts';
import { contractCalls, invoke } from '#test/contract-calls.ts';
import { samples } from '#test/schema-samples.ts';
import { createInProcessClient } from './in-process.ts';
import { thrownText } from './log.ts';
import { refusingServices } from './refusing.ts';

const error: AppError = { code: 'database', what: 'locked', where: '/x/plimsoll.db', why: 'another process', next: 'close it' };
const client = createInProcessClient(refusingServices(error));

test.each(contractCalls().filter((call) => !call.events))('$name answers with the one error', async (call) => {
  expect(await invoke(client, call, samples(call.input)[0])).toEqual({ ok: false, error });
});

test('events are silent until their reader leaves', async () => {
  const stream = await client.scans.events();
  const next = stream.next();
  expect(await Promise.race([next, new Promise((resolve) => setTimeout(() => resolve('silent'), 30))])).toBe('silent');
  await stream.return?.();
  expect(await next).toMatchObject({ done: true });
});

test('a log line names the call and keeps credentials out', () => {
  const line = thrownText('scans.start', new Error('GET https://me:hunter2@host/ with Bearer abc.def.ghi token=CANARY123'));
  expect(line).toMatch(/^plimsoll: scans\.start: Error: GET/);
  expect(line).not.toMatch(/hunter2|abc\.def|CANARY/);
});
