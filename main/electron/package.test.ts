import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = new URL('../../', import.meta.url);
const text = (file: string): string => readFileSync(new URL(file, root), 'utf8');

/** electron-builder's own schema of its configuration: unknown keys are errors in it. */
const builderSchema = z.fromJSONSchema(
  JSON.parse(text('node_modules/app-builder-lib/scheme.json')) as z.core.JSONSchema.JSONSchema,
);
const config = load(text('electron-builder.yml')) as Record<string, unknown>;

describe('electron-builder.yml', () => {
  test('is what electron-builder takes', () => {
    expect(z.safeParse(builderSchema, config).error?.issues ?? []).toEqual([]);
    expect(z.safeParse(builderSchema, { ...config, electronFuses: { runAsNode: false, unknownFuse: true } }).success).toBe(false);
  });

  test('sets every fuse that the schema knows, as security.md wants them', () => {
    expect(config['electronFuses']).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      resetAdHocDarwinSignature: true,
    });
    const known = (
      JSON.parse(text('node_modules/app-builder-lib/scheme.json')) as { definitions: Record<string, { properties: object }> }
    ).definitions['FuseOptionsV1'];
    expect(Object.keys(config['electronFuses'] as object).toSorted()).toEqual(Object.keys(known?.properties ?? {}).toSorted());
  });

  test('packs an asar without rebuilding, with only the native module outside of it', () => {
    expect(config).toMatchObject({ asar: true, asarUnpack: ['**/*.node'], npmRebuild: false });
  });

  test('names what ships: the builds and the resources, no source, test or map', () => {
    const files = config['files'] as readonly string[];
    const taken = files.filter((pattern) => !pattern.startsWith('!'));
    expect(taken).toEqual([
      'out/main/**',
      'out/preload/**',
      'out/renderer/**',
      'resources/**',
      'package.json',
      'LICENSE',
      'node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node',
    ]);
    expect(files).toContain('!**/*.map');
    for (const platform of ['linux', 'mac', 'win']) expect(config[platform]).not.toHaveProperty('files');
  });
});

describe('what is built', () => {
  test('the preload script takes nothing but electron and our bridge: a sandboxed one cannot require more', () => {
    const imports = [...text('preload/index.ts').matchAll(/from '([^']+)'/g)].map((match) => match[1]);
    expect([...new Set(imports)]).toEqual(['electron', '#core/bridge.ts']);
    expect(
      text('core/bridge.ts')
        .split('\n')
        .filter((line) => line.startsWith('import') && !line.startsWith('import type')),
    ).toEqual([]);
  });

  test('nothing in the main process waits at the top level: Electron would never become ready', () => {
    for (const file of [
      'main/index.ts',
      'main/electron/app.ts',
      'main/resources.ts',
      'main/server/static.ts',
      'preload/index.ts',
    ]) {
      expect(text(file)).not.toMatch(/^(?:const .*= )?await /m);
    }
  });
});
