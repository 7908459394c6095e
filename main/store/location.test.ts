import { describe, expect, it } from 'vitest';
import { defaultDatabasePath } from './location.ts';

describe('where the database lies', () => {
  it.each([
    ['linux', {}, '/home/me', '/home/me/.local/share/plimsoll/plimsoll.db'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/me', '/data/plimsoll/plimsoll.db'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/me', '/home/me/.local/share/plimsoll/plimsoll.db'],
    ['darwin', {}, '/Users/me', '/Users/me/Library/Application Support/plimsoll/plimsoll.db'],
    ['win32', { LOCALAPPDATA: '/Local' }, '/me', '/Local/plimsoll/plimsoll.db'],
  ])('%s %o', (platform, env, home, expected) => {
    expect(defaultDatabasePath({ platform, env, home })).toBe(expected);
  });
});
