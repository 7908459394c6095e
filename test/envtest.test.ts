import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plimsoll-envtest-'));
  vi.resetModules();
  // Nothing but what the test puts there: no cache, no shared folder.
  for (const name of ['KUBEBUILDER_ASSETS', 'PLIMSOLL_ENVTEST_DIR', 'XDG_CACHE_HOME', 'PLIMSOLL_SHARED'])
    vi.stubEnv(name, join(dir, name));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const put = (folder: string, name: string): string => {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
};

describe('looking for test binaries', () => {
  it('takes the first place that has them, and kube-apiserver for 1.36', async () => {
    vi.stubEnv('KUBEBUILDER_ASSETS', dir);
    const server = put(dir, 'kube-apiserver');
    const { envtestBinary } = await import('./envtest.ts');
    expect(envtestBinary('kube-apiserver-1.36')).toBe(server);
    expect(envtestBinary('kube-apiserver')).toBe(server);
  });

  it('with CI=true fails, naming every place', async () => {
    vi.stubEnv('CI', 'true');
    const { requireEnvtest, envtestPlaces } = await import('./envtest.ts');
    vi.stubEnv('KUBEBUILDER_ASSETS', '');
    for (const place of [
      '$KUBEBUILDER_ASSETS',
      '$PLIMSOLL_ENVTEST_DIR',
      '~/.cache/plimsoll/envtest',
      '$PLIMSOLL_SHARED/envtest',
      '../shared/envtest',
    ])
      expect(envtestPlaces()).toContain(place);
    expect(() => requireEnvtest(['no-such-binary' as 'etcd'])).toThrow('no-such-binary');
  });

  it('without CI says so in one line, once', async () => {
    vi.stubEnv('CI', '');
    vi.stubEnv('PLIMSOLL_MISSING_SAID', '');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { requireEnvtest } = await import('./envtest.ts');
    for (let i = 0; i < 2; i += 1) expect(requireEnvtest(['no-such-binary' as 'etcd'])).toMatchObject({ available: false });
    expect(write).toHaveBeenCalledTimes(1);
    expect(String(write.mock.calls[0]?.[0]).trimEnd().split('\n')).toHaveLength(1);
    write.mockRestore();
  });
});
