import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { boot } from '#test/electron-host.ts';
import { fake } from '#test/fake-electron.ts';
import type { FakeWebContents } from '../../test/fake-electron-parts/window.ts';

/** Address, where the page may go by itself, and whether the system's browser opens it from a link. */
const ADDRESSES: readonly (readonly [string, 'stays' | 'denied', 'opened' | 'closed'])[] = [
  ['plimsoll://app/', 'stays', 'closed'],
  ['plimsoll://app/findings?severity=high#x', 'stays', 'closed'],
  ['plimsoll://app', 'stays', 'closed'],
  ['plimsoll://app.evil.test/', 'denied', 'closed'],
  ['plimsoll://evil/', 'denied', 'closed'],
  ['plimsoll://app:80/', 'denied', 'closed'],
  ['plimsoll://user@app/', 'denied', 'closed'],
  ['plimsoll://user:pw@app/', 'denied', 'closed'],
  ['plimsoll://app@evil.test/', 'denied', 'closed'],
  ['plimsoll:app/', 'denied', 'closed'],
  ['plimsoll:///app/', 'denied', 'closed'],
  ['plimsollx://app/', 'denied', 'closed'],
  ['app://plimsoll/', 'denied', 'closed'],
  ['https://kubernetes.io/docs/', 'denied', 'opened'],
  ['https://kubernetes.io', 'denied', 'opened'],
  ['HTTPS://KUBERNETES.IO/docs/', 'denied', 'opened'],
  ['https://kubernetes.io:443/docs/', 'denied', 'opened'],
  ['https://kubernetes.io:8443/docs/', 'denied', 'closed'],
  ['http://kubernetes.io/docs/', 'denied', 'closed'],
  ['https://user@kubernetes.io/', 'denied', 'closed'],
  ['https://kubernetes.io.evil.test/', 'denied', 'closed'],
  ['https://evil.test/kubernetes.io', 'denied', 'closed'],
  ['https://evilkubernetes.io/', 'denied', 'closed'],
  ['https://kubernetes.io@evil.test/', 'denied', 'closed'],
  ['https://evil.test#kubernetes.io', 'denied', 'closed'],
  ['http://127.0.0.1:8001/', 'denied', 'closed'],
  ['file:///etc/passwd', 'denied', 'closed'],
  ['file://kubernetes.io/x', 'denied', 'closed'],
  ['javascript:alert(1)', 'denied', 'closed'],
  ['data:text/html,<script>1</script>', 'denied', 'closed'],
  ['blob:plimsoll://app/1', 'denied', 'closed'],
  ['about:blank', 'denied', 'closed'],
  ['chrome://settings', 'denied', 'closed'],
  ['devtools://devtools/', 'denied', 'closed'],
  ['smb://kubernetes.io/share', 'denied', 'closed'],
  ['ms-msdt:/id', 'denied', 'closed'],
  ['mailto:a@kubernetes.io', 'denied', 'closed'],
  ['', 'denied', 'closed'],
  ['not an address', 'denied', 'closed'],
];

let contents: FakeWebContents;
beforeEach(async () => {
  fake.reset();
  await boot();
  const window = fake.windows[0];
  if (window === undefined) throw new Error('no window');
  contents = window.webContents;
});
afterEach(() => expect(fake.script.unscripted).toEqual([]));

describe.each(ADDRESSES)('%s', (address, navigation, browser) => {
  test(`${navigation} as a navigation of the page`, () => {
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect'] as const) {
      expect(contents.navigate(name, address)).toBe(navigation === 'stays');
    }
  });

  test('is never loaded into a frame', () => {
    expect(contents.navigate('will-frame-navigate', address, false)).toBe(false);
  });

  test(`never opens a window of ours; the browser: ${browser}`, () => {
    fake.script.on('shell.openExternal', () => undefined);
    expect(contents.open(address)).toBe('deny');
    expect(fake.script.calls.map((call) => call.args)).toEqual(browser === 'opened' ? [[address]] : []);
  });
});

test('a browser that cannot be started is not our failure', async () => {
  fake.script.on('shell.openExternal', () => {
    throw new Error('no browser');
  });
  expect(contents.open('https://kubernetes.io/')).toBe('deny');
  await new Promise((resolve) => setImmediate(resolve));
});

test('webviews are prevented', () => {
  let prevented = 0;
  contents.emit('will-attach-webview', { preventDefault: () => (prevented += 1) });
  expect(prevented).toBe(1);
});

describe('downloads', () => {
  const download = (address: string) => {
    const asked: unknown[] = [];
    const item = {
      getURL: () => address,
      getFilename: () => 'plimsoll-shop.html',
      setSaveDialogOptions: (options: unknown) => void asked.push(options),
    };
    return { prevented: fake.emitSession('will-download', item), asked };
  };

  test('of what the page made itself ask where to, under the name that it gives', () => {
    expect(download('blob:plimsoll://app/3f0c')).toEqual({
      prevented: false,
      asked: [{ title: 'Save', defaultPath: 'plimsoll-shop.html' }],
    });
  });

  test.each(ADDRESSES.map(([address]) => address).filter((address) => address !== 'blob:plimsoll://app/1'))(
    'of %s are prevented',
    (address) => {
      expect(download(address)).toEqual({ prevented: true, asked: [] });
    },
  );

  test.each(['blob:https://evil.test/1', 'blob:plimsoll://evil/1', 'blob:plimsoll://app.evil.test/1', 'blob:null/1'])(
    'of %s, which another page made, are prevented',
    (address) => {
      expect(download(address)).toEqual({ prevented: true, asked: [] });
    },
  );
});

describe('permissions', () => {
  /** All that electron.d.ts 45 knows but the one to copy; the page is given none, also none that a later Electron invents. */
  const PERMISSIONS = [
    'clipboard-read',
    'deprecated-sync-clipboard-read',
    'display-capture',
    'fileSystem',
    'fullscreen',
    'geolocation',
    'hid',
    'idle-detection',
    'keyboardLock',
    'local-fonts',
    'local-network-access',
    'media',
    'mediaKeySystem',
    'midi',
    'midiSysex',
    'nfc',
    'notifications',
    'openExternal',
    'persistent-storage',
    'pointerLock',
    'screen-wake-lock',
    'sensors',
    'serial',
    'speaker-selection',
    'storage-access',
    'top-level-storage-access',
    'usb',
    'vr',
    'window-management',
    'unknown',
    'something-new',
  ];

  test('text may be copied on a click, and that is all', () => {
    const answers: boolean[] = [];
    const request = fake.state.permissions.request as (
      contents: unknown,
      permission: string,
      answer: (granted: boolean) => void,
    ) => void;
    request(contents, 'clipboard-sanitized-write', (granted) => answers.push(granted));
    expect(answers).toEqual([true]);
    expect(
      (fake.state.permissions.check as (contents: unknown, permission: string) => boolean)(contents, 'clipboard-sanitized-write'),
    ).toBe(true);
  });

  test.each(PERMISSIONS)('%s is neither asked for nor granted', (permission) => {
    const request = fake.state.permissions.request as (
      contents: unknown,
      permission: string,
      answer: (granted: boolean) => void,
    ) => void;
    const check = fake.state.permissions.check as (contents: unknown, permission: string) => boolean;
    const answers: boolean[] = [];
    request(contents, permission, (granted) => answers.push(granted));
    expect(answers).toEqual([false]);
    expect(check(contents, permission)).toBe(false);
  });

  test('no device and no screen is shared', () => {
    expect((fake.state.permissions.device as () => boolean)()).toBe(false);
    expect(fake.state.permissions.display).toBeNull();
  });
});
