import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { unwrap } from '#test/store.ts';
import { openWorkspace, policyText, yaml } from '#test/workspace.ts';
import type { TestWorkspace } from '#test/workspace.ts';
import type { DocumentEdit } from './edit.ts';
import type { ChangeRequest } from './index.ts';

const setRule = (rule: string, setting: JsonValue, hash?: string): DocumentEdit => ({
  type: 'put',
  kind: 'Policy',
  name: 'base',
  file: 'policies/base.yaml',
  next: (raw) => ({
    title: 'Base',
    ...raw,
    name: 'base',
    rules: { ...(raw['rules'] as JsonObject | undefined), [rule]: setting },
  }),
  ...(hash === undefined ? {} : { hash }),
});
const request = (...edits: readonly DocumentEdit[]): ChangeRequest => ({
  what: 'Changed base',
  edits,
  cause: { kind: 'edit', reason: 'because' },
});

const revisionsOf = ({ store, folder }: TestWorkspace, name = 'base') =>
  store.revisions.of(folder, name).map(({ number, kind, reason, content }) => [number, kind, reason, Object.keys(content.rules)]);

describe('a change of the workspace', () => {
  it('makes the folder, a file with a hint for editors and the schema it names, and a first revision', async () => {
    using test = openWorkspace();
    const change = unwrap(await test.workspace.change(request(setRule('owner-label', 'deny', ''))));
    expect(change).toMatchObject({ what: 'Changed base', files: ['policies/base.yaml'] });
    expect(test.read('policies/base.yaml')).toBe(
      `# yaml-language-server: $schema=../.plimsoll/schemas/policy.schema.json\n${yaml('Policy', 'title: Base', 'name: base', 'rules:', '  owner-label: deny')}`,
    );
    expect(JSON.parse(test.read('.plimsoll/schemas/policy.schema.json'))).toMatchObject({ title: 'Plimsoll Policy' });
    expect(unwrap(test.workspace.find('base')).rules).toEqual({ 'owner-label': { mode: 'deny' } });
    const [revision] = test.store.revisions.of(test.folder, 'base');
    expect(revision).toMatchObject({
      number: 1,
      kind: 'edit',
      reason: 'because',
      change: change.id,
      text: test.read('policies/base.yaml'),
    });
    expect(revision?.author).toBeTruthy();
  });

  it('keeps what else the file says, and its mode', async () => {
    const text = `# ours\n${policyText('base', 'rules:', '  owner-label: deny # why')}`;
    using test = openWorkspace({ 'mine.yaml': text });
    chmodSync(path.join(test.folder, 'mine.yaml'), 0o600);
    unwrap(await test.workspace.change(request(setRule('pod-non-root', 'warn'))));
    expect(test.read('mine.yaml')).toBe(`${text}  pod-non-root: warn\n`);
    expect(readdirSync(test.folder)).toEqual(['mine.yaml']);
  });

  it('is refused where the file is not what it was read as, and nothing is written', async () => {
    using test = openWorkspace({ 'base.yaml': policyText('base') });
    const hash = test.workspace.now().read.places[0]?.hash ?? '';
    const theirs = policyText('base', '# theirs');
    test.write({ 'base.yaml': theirs });
    const refused = await test.workspace.change(request(setRule('owner-label', 'deny', hash)));
    expect(refused).toMatchObject({ ok: false, error: { code: 'conflict', where: 'base.yaml' } });
    expect(test.read('base.yaml')).toBe(theirs);
    expect(await test.workspace.change(request(setRule('owner-label', 'deny', '')))).toMatchObject({
      ok: false,
      error: { code: 'conflict' },
    });
  });

  it('does not write over a document that is broken', async () => {
    using test = openWorkspace({ 'base.yaml': policyText('base', 'rules: 3') });
    expect(await test.workspace.change(request(setRule('owner-label', 'deny')))).toMatchObject({
      ok: false,
      error: { code: 'unreadable', where: 'base.yaml:5' },
    });
    expect(test.read('base.yaml')).toBe(policyText('base', 'rules: 3'));
  });

  it('is refused where what it writes would not count, with the field', async () => {
    using test = openWorkspace({ 'a.yaml': policyText('base', 'rules: {}') });
    const changed = await test.workspace.change(request(setRule('owner-label', { mode: 'maybe' })));
    expect(changed).toMatchObject({
      ok: false,
      error: { code: 'invalidInput', what: "The policy 'base' would not be right.", where: 'rules.owner-label.mode' },
    });
    expect(test.read('a.yaml')).toBe(policyText('base', 'rules: {}'));
  });

  it('is not written through a link that leads out of the folder, to a folder, a file, or nothing', async () => {
    using test = openWorkspace({ 'a.yaml': policyText('other', 'rules: {}') });
    using outside = openWorkspace({ 'x.yaml': 'ours: 1\n' });
    mkdirSync(path.join(test.folder, 'policies'));
    const links = [
      ['policies', outside.folder],
      ['policies/base.yaml', path.join(outside.folder, 'x.yaml')],
      ['policies/base.yaml', path.join(outside.folder, 'not-there.yaml')],
    ] as const;
    for (const [link, target] of links) {
      const place = path.join(test.folder, link);
      rmSync(place, { recursive: true, force: true });
      symlinkSync(target, place);
      const changed = await test.workspace.change(request(setRule('owner-label', 'deny')));
      expect(changed).toMatchObject({ ok: false, error: { why: 'A link leads out of the workspace folder.' } });
      rmSync(place);
      mkdirSync(path.join(test.folder, 'policies'), { recursive: true });
    }
    expect(readdirSync(outside.folder)).toEqual(['x.yaml']);
    expect(outside.read('x.yaml')).toBe('ours: 1\n');
  });

  it('of several files writes all or none', async () => {
    using test = openWorkspace({ 'base.yaml': policyText('base') });
    const impossible: DocumentEdit = { type: 'keep', file: 'base.yaml/below.yaml', text: 'x' };
    expect(await test.workspace.change(request(setRule('owner-label', 'deny'), impossible))).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
    expect(test.read('base.yaml')).toBe(policyText('base'));
    expect(test.store.revisions.of(test.folder, 'base')).toHaveLength(1);
  });

  it('removes a document: its file where it was alone in it', async () => {
    using test = openWorkspace({
      'a.yaml': policyText('one'),
      'b.yaml': `${policyText('two')}---\n# three\n${policyText('three')}---\n${policyText('four')}`,
    });
    const remove = (name: string): DocumentEdit => ({ type: 'remove', kind: 'Policy', name });
    unwrap(await test.workspace.change(request(remove('one'), remove('three'))));
    expect(existsSync(path.join(test.folder, 'a.yaml'))).toBe(false);
    expect(test.read('b.yaml')).toBe(`${policyText('two')}---\n${policyText('four')}`);
    unwrap(await test.workspace.change(request(remove('two'))));
    expect(test.read('b.yaml').trim()).toBe(policyText('four').trim());
    expect(test.store.revisions.of(test.folder, 'one')[0]).toMatchObject({ number: 2, kind: 'edit' });
    expect(test.store.revisions.of(test.folder, 'one')[0]?.text).toBeUndefined();
  });

  it('can be taken back, also by another process, while nobody changed the files since', async () => {
    using test = openWorkspace({ 'base.yaml': policyText('base') });
    const change = unwrap(await test.workspace.change(request(setRule('owner-label', 'deny'))));
    unwrap(await test.reopen().undo(change.id));
    expect(test.read('base.yaml')).toBe(policyText('base'));
    expect(revisionsOf(test)).toEqual([
      [3, 'restore', 'Undone: Changed base', []],
      [2, 'edit', 'because', ['owner-label']],
      [1, 'external', undefined, []],
    ]);
    expect(await test.workspace.undo(change.id)).toMatchObject({ ok: false, error: { code: 'notFound' } });
    const second = unwrap(await test.workspace.change(request(setRule('owner-label', 'warn'))));
    test.write({ 'base.yaml': `${test.read('base.yaml')}# theirs\n` });
    expect(await test.workspace.undo(second.id)).toMatchObject({ ok: false, error: { code: 'conflict', where: 'base.yaml' } });
    expect(test.read('base.yaml')).toContain('# theirs');
  });

  it('that made a file is taken back by removing it', async () => {
    using test = openWorkspace();
    const change = unwrap(await test.workspace.change(request(setRule('owner-label', 'deny'))));
    unwrap(await test.workspace.undo(change.id));
    expect(existsSync(path.join(test.folder, 'policies/base.yaml'))).toBe(false);
  });
});

describe('edits from outside', () => {
  it('are picked up with the next look, as revisions of their own, once', () => {
    using test = openWorkspace({ 'base.yaml': policyText('base', 'rules: {owner-label: warn}') });
    let told = 0;
    test.workspace.subscribe(() => (told += 1));
    const first = test.workspace.now();
    expect(test.workspace.now()).toBe(first);
    test.write({ 'base.yaml': policyText('base', 'rules: {owner-label: warn, pod-non-root: deny}') });
    expect(unwrap(test.workspace.find('base')).rules['pod-non-root']).toEqual({ mode: 'deny' });
    expect(told).toBe(1);
    test.reopen().now();
    expect(revisionsOf(test)).toEqual([
      [2, 'external', undefined, ['owner-label', 'pod-non-root']],
      [1, 'external', undefined, ['owner-label']],
    ]);
  });

  it('that change only comments are no revision; those of a policy that is extended are one of each', () => {
    using test = openWorkspace({ 'org.yaml': policyText('org-base'), 'base.yaml': policyText('base', 'extends: org-base') });
    test.workspace.now();
    test.write({ 'base.yaml': `# new\n${policyText('base', 'extends: org-base')}` });
    test.workspace.now();
    expect(revisionsOf(test)).toHaveLength(1);
    test.write({ 'org.yaml': policyText('org-base', 'rules: {owner-label: deny}') });
    test.workspace.now();
    expect(revisionsOf(test)[0]).toEqual([2, 'external', undefined, ['owner-label']]);
    expect(revisionsOf(test, 'org-base')).toHaveLength(2);
  });

  it('made while nothing ran are found at the next start, removals too; a folder that is not there says nothing', () => {
    using test = openWorkspace({ 'base.yaml': policyText('base'), 'other.yaml': policyText('other') });
    test.workspace.now();
    rmSync(path.join(test.folder, 'other.yaml'));
    test.reopen().now();
    expect(revisionsOf(test, 'other')[0]).toEqual([2, 'external', undefined, []]);
    rmSync(test.folder, { recursive: true });
    test.reopen().now();
    expect(revisionsOf(test)).toHaveLength(1);
  });

  it('that break a policy wait as revisions until it can be read', () => {
    using test = openWorkspace({ 'base.yaml': policyText('base') });
    test.workspace.now();
    test.write({ 'base.yaml': policyText('base', 'rules: 3') });
    test.workspace.now();
    expect(revisionsOf(test)).toHaveLength(1);
  });

  it('are told of while the folder is watched, though it was not there before', async () => {
    using test = openWorkspace();
    test.workspace.now();
    const told = Promise.withResolvers<void>();
    test.workspace.subscribe(() => told.resolve());
    const watching = test.workspace.watch();
    test.write({ 'policies/base.yaml': policyText('base') });
    await told.promise;
    expect(test.workspace.now().read.content.policies).toHaveLength(1);
    watching.close();
  });
});
