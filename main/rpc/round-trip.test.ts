import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { AppError } from '#core/model.ts';
import { ERROR_CODES } from '#core/model.ts';
import { err } from '#core/result.ts';
import { contractCalls, invoke } from '#test/contract-calls.ts';
import { samples } from '#test/schema-samples.ts';
import { createScriptedServices } from '#test/scripted-services.ts';
import { TRANSPORTS } from '#test/transports.ts';
import type { Connected } from '#test/transports.ts';
import { appErrorOf } from '../../renderer/state/client.ts';
import { createRouter } from './router.ts';
import type { Services } from './router.ts';

const CALLS = contractCalls();
const ANSWERING = CALLS.filter((call) => !call.events);
const EVENT_CALLS = CALLS.filter((call) => call.events);
const DEADLINE = { timeout: 5_000, interval: 5 };

/** What JSON keeps of a value: the measure by which all transports must agree. */
const asJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
const errorOf = (answer: unknown): AppError => {
  expect(answer).toMatchObject({ ok: false });
  return (answer as { error: AppError }).error;
};

describe('the contract and its handlers', () => {
  test('event calls, and only they, are named `events`: the client tells them apart by that', () => {
    expect(CALLS.filter((call) => call.path[1] === 'events')).toEqual(EVENT_CALLS);
    expect(EVENT_CALLS.length).toBeGreaterThan(0);
  });

  test.each(CALLS)('$name without a handler is refused when the router is built', ({ path: [area, name] }) => {
    const services = createScriptedServices().services as unknown as Record<string, Record<string, unknown>>;
    delete services[area]?.[name];
    expect(() => createRouter(services as unknown as Services)).toThrow(`the contract's call ${area}.${name} has no handler`);
  });

  test('a handler without a call is refused, and so is an area', () => {
    const services = createScriptedServices().services;
    expect(() => createRouter({ ...services, app: { ...services.app, spare: () => undefined } } as Services)).toThrow(
      'app.spare',
    );
    expect(() => createRouter({ ...services, spare: {} } as Services)).toThrow('spare');
  });

  test('every payload that the contract allows is plain JSON and survives a structured clone', () => {
    for (const call of CALLS) {
      for (const value of [...samples(call.input), ...samples(call.output)]) {
        expect(asJson(value)).toEqual(value);
        expect(structuredClone(value)).toEqual(value);
      }
    }
  });

  test('no answer has a field named like a credential', () => {
    const names = CALLS.flatMap((call) => [...JSON.stringify(z.toJSONSchema(call.output)).matchAll(/"([A-Za-z]+)":/g)]);
    // A run's `token` is the label and type of one, never the token (core/api/common.ts).
    const suspicious = names
      .map((match) => match[1] ?? '')
      .filter((name) => /passw|secret|credential|privatekey|bearer|execargs|execenv/i.test(name));
    expect(suspicious).toEqual([]);
  });
});

describe.each(TRANSPORTS)('over $name', ({ connect }) => {
  const scripted = createScriptedServices();
  const problems: { call: string; thrown: unknown }[] = [];
  let connected: Connected;
  beforeAll(async () => {
    connected = await connect(scripted.services, (call, thrown) => problems.push({ call, thrown }));
  });
  afterAll(() => connected.close());
  beforeEach(() => {
    scripted.calls.length = 0;
    problems.length = 0;
  });

  describe.each(ANSWERING)('$name', (call) => {
    test('carries every input and answer unchanged', async () => {
      const answers = samples(call.output);
      for (const [index, input] of samples(call.input).entries()) {
        const answer = answers[index % answers.length];
        scripted.script(call.name, answer);
        expect(asJson(await invoke(connected.client, call, input))).toEqual(asJson(answer));
        expect(asJson(scripted.calls.at(-1))).toMatchObject({ name: call.name });
        expect(asJson(scripted.calls.at(-1)?.input)).toEqual(asJson(z.parse(call.input, input)));
      }
    });

    test('carries every error code as a value', async () => {
      for (const code of ERROR_CODES) {
        const error: AppError = { code, what: 'what', where: 'wo ist "das"?', why: 'why\nso', next: 'next' };
        scripted.script(call.name, err(error));
        expect(await invoke(connected.client, call, samples(call.input)[0])).toEqual({ ok: false, error });
      }
    });

    test('answers `internal` to an unexpected throw, and tells nothing of it', async () => {
      scripted.script(call.name, () => {
        throw new Error('CANARY-token at /home/me/.kube/config');
      });
      const error = errorOf(await invoke(connected.client, call, samples(call.input)[0]));
      expect(error).toMatchObject({ code: 'internal', where: call.name });
      expect(JSON.stringify(error)).not.toMatch(/CANARY|home|at \//);
      expect(problems).toMatchObject([{ call: call.name, thrown: { message: 'CANARY-token at /home/me/.kube/config' } }]);
    });

    test('lets nothing out that the contract does not name', async () => {
      const [answer] = samples(call.output);
      scripted.script(call.name, { ...(answer as object), token: 'CANARY' });
      expect(JSON.stringify(await invoke(connected.client, call, samples(call.input)[0]))).not.toContain('CANARY');
      scripted.script(call.name, { ok: true, value: { notWhatWasPromised: 1 } });
      const wrong = await invoke(connected.client, call, samples(call.input)[0]);
      if (!z.safeParse(call.output, { ok: true, value: { notWhatWasPromised: 1 } }).success)
        expect(errorOf(wrong).code).toBe('internal');
    });

    const hostile: readonly (readonly [string, unknown])[] = [
      ['a number', 7],
      ['a string', 'x'],
      ['a list', [1]],
      ['null', null],
      ['a date', new Date(0)],
      ['NaN', Number.NaN],
      ['true', true],
    ];
    test.each(hostile)('refuses %s as input before any handler runs', async (_title, input) => {
      if (z.safeParse(call.input, input).success) return;
      const error = errorOf(await invoke(connected.client, call, input));
      expect(error.code).toBe('invalidInput');
      expect(error.where).toContain(call.name);
      for (const text of [error.what, error.why, error.next]) expect(text).not.toBe('');
      expect(scripted.calls).toEqual([]);
    });

    test('refuses each field that is missing, of a wrong type, NaN, or huge', async () => {
      const [full] = samples(call.input);
      if (full === undefined || full === null || Object.keys(full).length === 0) return;
      const wrongs: readonly unknown[] = [
        undefined,
        { not: 'this' },
        Number.NaN,
        Number.POSITIVE_INFINITY,
        'x'.repeat(2 * 1024 * 1024),
        -1.5,
      ];
      let refused = 0;
      for (const field of Object.keys(full)) {
        for (const wrong of wrongs) {
          const input = { ...full, [field]: wrong };
          if (z.safeParse(call.input, input).success) continue;
          scripted.calls.length = 0;
          expect(errorOf(await invoke(connected.client, call, input)).code).toBe('invalidInput');
          expect(scripted.calls).toEqual([]);
          refused += 1;
        }
      }
      expect(refused).toBeGreaterThan(0);
    });

    test('is not confused by __proto__, and drops keys it does not know', async () => {
      const [full] = samples(call.input);
      if (full === undefined) return;
      const input: unknown = JSON.parse(
        `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${JSON.stringify(full).slice(1)}`.replace(
          /,\}$/,
          '}',
        ),
      );
      scripted.script(call.name, samples(call.output)[0]);
      await invoke(connected.client, call, input);
      expect(asJson(scripted.calls.at(-1)?.input)).toEqual(asJson(z.parse(call.input, full)));
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });
  });

  test('fills in defaults before the handler sees the input', async () => {
    scripted.script('history.list', { ok: true, value: { runs: [], total: 0 } });
    await connected.client.history.list({});
    expect(scripted.calls.at(-1)?.input).toEqual({ offset: 0, limit: 200 });
  });

  test('a cancelled call is a value too, and the handler is told', async () => {
    scripted.script(
      'app.info',
      (_input: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stop')))),
    );
    const abort = new AbortController();
    const answer = connected.client.app.info({}, { signal: abort.signal });
    await vi.waitUntil(() => scripted.calls.length === 1, DEADLINE);
    abort.abort();
    expect(errorOf(await answer).code).toBe('cancelled');
    await vi.waitUntil(() => scripted.calls[0]?.signal.aborted, DEADLINE);
    expect(problems).toEqual([]);
  });

  test('many calls at once each get their own answer', async () => {
    scripted.script('palette.search', (input: { text: string }) => ({
      ok: true,
      value: [{ type: 'namespace', name: input.text }],
    }));
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    const answers = await Promise.all(texts.map((text) => connected.client.palette.search({ text })));
    expect(answers.map((answer) => answer.ok && answer.value)).toEqual(texts.map((name) => [{ type: 'namespace', name }]));
  });

  test('a large answer arrives whole', async () => {
    const hits = Array.from({ length: 20_000 }, (_, index) => ({ type: 'rule', id: `rule-${index}`, title: 'x'.repeat(100) }));
    scripted.script('palette.search', { ok: true, value: hits });
    expect(await connected.client.palette.search({ text: '' })).toEqual({ ok: true, value: hits });
  });

  describe('events', () => {
    const event = (index: number) =>
      ({ type: 'finished', scanId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', status: 'complete', at: index }) as const;
    const sent = ({ at: _at, ...rest }: ReturnType<typeof event>): unknown => rest;
    const listen = async () => {
      const before = scripted.listening();
      const stream = await connected.client.scans.events();
      const first = stream.next();
      await vi.waitUntil(() => scripted.listening() > before, DEADLINE);
      return { stream, first };
    };

    test.each(EVENT_CALLS)('$name carries every kind of event, in order', async (call) => {
      const { stream, first } = await listen();
      const all = samples(call.output);
      for (const value of all) scripted.emit(value);
      const got = [(await first).value];
      while (got.length < all.length) got.push((await stream.next()).value);
      expect(got.map(asJson)).toEqual(all.map(asJson));
      await stream.return?.();
      await vi.waitUntil(() => scripted.listening() === 0, DEADLINE);
    });

    test('every listener gets every event, and only what the contract names', async () => {
      const [a, b] = [await listen(), await listen()];
      scripted.emit({ ...event(1), secret: 'CANARY' });
      expect((await a.first).value).toEqual(sent(event(1)));
      expect((await b.first).value).toEqual(sent(event(1)));
      await Promise.all([a.stream.return?.(), b.stream.return?.()]);
      await vi.waitUntil(() => scripted.listening() === 0, DEADLINE);
    });

    test('ends while it waits: by leaving the loop and by a signal', async () => {
      const { stream, first } = await listen();
      await stream.return?.();
      await first.catch(() => undefined);
      await vi.waitUntil(() => scripted.listening() === 0, DEADLINE);

      const abort = new AbortController();
      const second = await connected.client.scans.events(undefined, { signal: abort.signal });
      const waiting = second.next().catch(() => undefined);
      await vi.waitUntil(() => scripted.listening() === 1, DEADLINE);
      abort.abort();
      await vi.waitUntil(() => scripted.listening() === 0, DEADLINE);
      await waiting;
    });

    test('an invalid input and a failing handler reject with an error that reads as an AppError', async () => {
      const input = 'x' as unknown as undefined;
      const refused: unknown = await connected.client.scans
        .events(input)
        .then((stream) => stream.next())
        .catch((thrown: unknown) => thrown);
      expect(appErrorOf(refused)).toMatchObject({ code: 'invalidInput', where: 'scans.events' });

      const { first } = await listen();
      scripted.emit({ type: 'no such event' });
      expect(appErrorOf(await first.catch((thrown: unknown) => thrown)).code).toMatch(/internal|unreachable/);
      await vi.waitUntil(() => scripted.listening() === 0, DEADLINE);
    });

    test('1,000 subscriptions come and go and leave nothing behind', async () => {
      for (let round = 0; round < 20; round++) {
        const streams = await Promise.all(
          Array.from({ length: 50 }, async () => {
            const stream = await connected.client.scans.events();
            const first = stream.next();
            return { stream, first };
          }),
        );
        await vi.waitUntil(() => scripted.listening() === 50, DEADLINE);
        scripted.emit(event(round));
        await Promise.all(
          streams.map(async ({ stream, first }) => {
            expect((await first).value).toEqual(sent(event(round)));
            await stream.return?.();
          }),
        );
        await vi.waitUntil(() => scripted.listening() === 0, DEADLINE);
      }
      await sleep(20);
      expect(scripted.listening()).toBe(0);
      expect(scripted.calls.filter((call) => !call.signal.aborted)).toEqual([]);
    });
  });
});
