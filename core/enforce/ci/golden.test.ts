import { describe, expect, it } from 'vitest';
import { cronJobFiles } from '#core/enforce/ci/cronjob.ts';
import { gateFiles } from '#core/enforce/ci/index.ts';
import { resourcesFor } from '#core/enforce/ci/rights.ts';
import { settingsOf } from '#core/enforce/other-targets.ts';
import { readSettings } from '#core/enforce/settings.ts';
import { kindsRead } from '#core/policy/kinds-read.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { exportText } from '#main/enforce/yaml.ts';

/** What people get, kept to be looked at: a change of it is seen in review. */

const BUNDLE = 'ab'.repeat(32);
const GIVEN: readonly string[] = [
  'paths=deploy,charts/*.yaml',
  'workspace=plimsoll',
  'image=registry.example/plimsoll:0.1.0',
  'git-image=registry.example/git:2.50.0',
  'repository=https://git.example/shop.git',
];

function settingsFor(target: Parameters<typeof settingsOf>[0]) {
  const known = settingsOf(target, '0.1.0');
  const settings = readSettings(
    known,
    GIVEN.filter((text) => known.some(({ name }) => text.startsWith(`${name}=`))),
  );
  if (!settings.ok) throw new Error(settings.error.why);
  return settings.value;
}

describe('the files of', () => {
  it.each(['github', 'gitlab', 'pre-commit', 'argo-cd', 'tekton'] as const)('%s', async (target) => {
    const files = gateFiles(target, { policy: 'shop', bundle: BUNDLE, settings: settingsFor(target) });
    await expect(files.map((file) => exportText(file, '0.1.0')).join('\n')).toMatchFileSnapshot(`golden/${target}.yaml`);
  });

  it('the CronJob', async () => {
    const library = loadShippedLibrary();
    if (!library.ok) throw new Error('the library does not load');
    const rules = { 'memory-limit': { mode: 'deny' as const }, 'ingress-host-explicit': { mode: 'warn' as const } };
    const read = kindsRead({ name: 'shop', title: '', description: '', rules }, library.value);
    const resources = resourcesFor(read, undefined, 'no');
    const files = cronJobFiles({
      policy: 'shop',
      bundle: BUNDLE,
      settings: settingsFor('cronjob'),
      resources: resources.ok ? resources.value : [],
      someKinds: true,
      workspace: 'apiVersion: plimsoll.dev/v1\nkind: Policy\nname: shop\n',
    });
    await expect(files.map((file) => exportText(file, '0.1.0')).join('\n')).toMatchFileSnapshot('golden/cronjob.yaml');
  });
});
