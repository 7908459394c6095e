import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchemaOf } from '#core/workspace/json-schemas.ts';
import { DOCUMENT_KINDS } from '#core/workspace/schema.ts';
import { resourcePath } from '#main/resources.ts';
import { schemaFiles, schemaHint, schemaName } from './schemas.ts';

describe('the JSON Schemas of the workspace’s files', () => {
  it.each(DOCUMENT_KINDS)('%s: what ships is what the code says (`npm run schemas:build` writes it)', (kind) => {
    const shipped: unknown = JSON.parse(readFileSync(resourcePath('schemas', schemaName(kind)), 'utf8'));
    expect(shipped).toEqual(JSON.parse(JSON.stringify(jsonSchemaOf(kind))));
  });

  it('are named by the hint of a new file, by the way from its folder', () => {
    expect(schemaHint('policies/strict.yaml', 'Policy')).toBe('../.plimsoll/schemas/policy.schema.json');
    expect(schemaHint('workspace.yaml', 'Workspace')).toBe('.plimsoll/schemas/workspace.schema.json');
  });

  it('are copied into a workspace that lacks them, and again when they are other ones', () => {
    const first = schemaFiles(() => undefined);
    expect(first).toHaveLength(DOCUMENT_KINDS.length);
    const there = new Map(first.map(({ file, after }) => [file, after]));
    expect(schemaFiles((file) => there.get(file))).toEqual([]);
    there.set('.plimsoll/schemas/policy.schema.json', '{}');
    expect(schemaFiles((file) => there.get(file)).map(({ file, before }) => [file, before])).toEqual([
      ['.plimsoll/schemas/policy.schema.json', '{}'],
    ]);
  });
});
