import { beforeEach, describe, expect, test } from 'vitest';
import { CONNECT_CHANNEL, PORT_MESSAGE } from '#core/bridge.ts';
import { boot, clientOf, openPage, serveInThread, settle } from '#test/electron-host.ts';
import { fake, ipcRenderer } from '#test/fake-electron.ts';
import { createScriptedServices } from '#test/scripted-services.ts';

const scripted = createScriptedServices();
beforeEach(async () => {
  fake.reset();
  scripted.calls.length = 0;
  serveInThread(scripted.services);
  await boot();
});

test('there is one channel, and no other', () => {
  expect(fake.ipc.channels).toEqual([CONNECT_CHANNEL]);
});

describe('the page that the main process opened', () => {
  test('gets a port, as a window message, and nothing else crosses the bridge', async () => {
    const { page, bridge } = await openPage();
    expect(Object.keys(fake.world)).toEqual(['plimsoll']);
    expect(Object.entries(bridge).map(([name, value]) => [name, typeof value])).toEqual([['connect', 'function']]);
    expect(await bridge.connect()).toEqual({ ok: true, value: null });
    await settle(() => page.messages.length === 1);
    expect(page.messages).toEqual([{ data: PORT_MESSAGE, targetOrigin: '*' }]);
  });

  test('the services start with the first connection and are shared by later ones', async () => {
    expect(fake.utility.forks).toEqual([]);
    const { page, bridge } = await openPage();
    const clients = [clientOf(bridge, page), clientOf(bridge, page)];
    for (const client of clients) expect((await client.app.info()).ok).toBe(true);
    expect(fake.utility.forks).toHaveLength(1);
    expect(fake.utility.forks[0]).toMatchObject({
      modulePath: '/nonexistent.js',
      args: [],
      options: { serviceName: 'Plimsoll services' },
    });
  });
});

describe('any other sender', () => {
  const frames: readonly (readonly [string, () => unknown])[] = [
    ['a frame that is gone', () => ({ senderFrame: null })],
    [
      'a frame inside the page',
      () => ({ senderFrame: { url: 'plimsoll://app/', parent: fake.windows[0]?.webContents.mainFrame } }),
    ],
    ['another frame at our address', () => ({ senderFrame: { url: 'plimsoll://app/', parent: null } })],
    ['a window that is not ours', () => ({ sender: { mainFrame: fake.ipc.from.senderFrame, isDestroyed: () => false } })],
    [
      'a page that is destroyed',
      () => {
        const contents = fake.windows[0]?.webContents;
        if (contents !== undefined) contents.destroyed = true;
        return {};
      },
    ],
    ['no page at all', () => ({ sender: null })],
  ];
  const addresses = [
    'https://evil.test/',
    'plimsoll://evil/',
    'app://app/',
    'file:///index.html',
    'about:blank',
    'plimsoll://app.evil/',
    'plimsoll://u@app/',
    'data:text/html,x',
    '',
  ];

  const refused = async (): Promise<void> => {
    const answer: unknown = await ipcRenderer.invoke(CONNECT_CHANNEL);
    expect(answer).toMatchObject({ ok: false, error: { code: /forbidden|internal/ } });
    expect(fake.utility.forks).toEqual([]);
  };

  test.each(frames)('%s gets no port', async (_title, from) => {
    const { page } = await openPage();
    fake.ipc.from = { ...fake.ipc.from, ...(from() as object) };
    await refused();
    expect(page.messages).toEqual([]);
  });

  test.each(addresses)('the main frame at %j gets no port', async (url) => {
    const { page } = await openPage();
    const frame = fake.windows[0]?.webContents.mainFrame;
    if (frame !== undefined) frame.url = url;
    await refused();
    expect(page.messages).toEqual([]);
  });

  test.each([1, 'x', null, {}, [[]], { __proto__: { a: 1 } }, Number.NaN, 'x'.repeat(1_000_000), new Date(0), undefined])(
    'arguments change nothing (%#)',
    async (argument) => {
      await openPage();
      fake.ipc.from = { ...fake.ipc.from, senderFrame: null };
      expect(await ipcRenderer.invoke(CONNECT_CHANNEL, argument)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    },
  );

  test('is told as a value, with no path or stack in it', async () => {
    await openPage();
    fake.ipc.from = { ...fake.ipc.from, senderFrame: null };
    expect(JSON.stringify(await ipcRenderer.invoke(CONNECT_CHANNEL))).not.toMatch(/\/work|at .*:\d+|node_modules/);
  });
});

describe('frames that are no calls', () => {
  const garbage: readonly unknown[] = [
    '',
    'x',
    '{',
    'null',
    '[]',
    '7',
    '{}',
    '{"i":1,"p":{}}',
    '{"i":"1"}',
    '{"i":"1","p":null}',
    '{"i":"1","p":{"u":7}}',
    '{"i":"1","p":{"u":"http://evil/x"}}',
    '{"i":"1","p":{"u":"/app/info","m":"GET"}}',
    '{"i":"1","p":{"u":"/../x"}}',
    '{"i":"1","t":3,"p":{"e":"message"}}',
    '{"i":"1","t":9}',
    7,
    null,
    { i: '1', p: { u: '/app/info' } },
    new Uint8Array([255, 255]),
    ['x'],
    `{"i":"${'1'.repeat(100)}","p":{"u":"/app/info"}}`,
  ];

  test('are dropped, and the services go on', async () => {
    const { page, bridge } = await openPage();
    const ports: MessagePort[] = [];
    page.addEventListener('message', (event) => ports.push(...(event as MessageEvent).ports));
    await bridge.connect();
    await settle(() => ports.length === 1);
    const [port] = ports;
    const got: unknown[] = [];
    port?.addEventListener('message', (event) => got.push(event.data));
    port?.start();
    for (const data of garbage) port?.postMessage(data);
    port?.postMessage('{"i":"7","p":{"u":"/app/info","b":7}}');
    port?.postMessage('{"i":"8","p":{"u":"/app/nope","b":{}}}');
    port?.postMessage(`{"i":"9","p":{"u":"/app/info","b":{"json":"${'x'.repeat(2_000_000)}"}}}`);
    port?.postMessage('{"i":"10","p":{"u":"/app/info","b":{}}}');
    await settle(() => got.length === 4);
    const answers = new Map(
      got
        .map(
          (text) =>
            JSON.parse(String(text)) as { i: string; p: { s?: number; b: { json: { ok: boolean; error?: { code: string } } } } },
        )
        .map((answer) => [answer.i, answer.p]),
    );
    expect(answers.get('7')).toMatchObject({
      s: 400,
      b: { json: { ok: false, error: { code: 'invalidInput', where: 'app.info' } } },
    });
    expect(answers.get('8')).toMatchObject({
      s: 404,
      b: { json: { ok: false, error: { code: 'notFound', where: 'app.nope' } } },
    });
    expect(answers.get('9')).toMatchObject({
      s: 413,
      b: { json: { ok: false, error: { code: 'invalidInput', where: 'app.info' } } },
    });
    expect(answers.get('10')?.b.json.ok).toBe(true);
    expect(scripted.calls).toHaveLength(1);
    port?.close();
  });
});
