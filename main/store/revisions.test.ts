import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId, openAt, temporaryFolder, unwrap } from '#test/store.ts';
import type { NewRevision, Store } from './index.ts';

const revision = (letter: string, patch: Partial<NewRevision> = {}): NewRevision => ({
  name: 'strict',
  kind: 'edit',
  hash: letter.repeat(64),
  content: { name: 'strict', title: letter, description: '', rules: {}, chain: ['strict'] },
  text: `title: ${letter}`,
  evidence: [],
  at: 1,
  ...patch,
});

const numbersAndTexts = (store: Store, folder = '/w') =>
  store.revisions.of(folder, 'strict').map(({ number, text }) => [number, text]);

describe('revisions', () => {
  it('are numbered per policy and folder, newest first, and say who, why and on what', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const kept = revision('b', { kind: 'promotion', author: 'Ada', reason: 'it holds', evidence: [newId()], change: newId() });
    unwrap(store.revisions.add('/w', [revision('a'), kept, revision('c', { name: 'base' })]));
    unwrap(store.revisions.add('/other', [revision('d')]));
    expect(store.revisions.of('/w', 'strict')).toEqual([
      { ...kept, number: 2 },
      { ...revision('a'), number: 1 },
    ]);
    expect(store.revisions.get('/w', 'base', 1)?.text).toBe('title: c');
    expect(store.revisions.get('/w', 'base', 2)).toBeUndefined();
    expect(store.revisions.of('/other', 'strict')).toHaveLength(1);
    store.close();
  });

  it('are kept once while nothing changes, also when another process saw the same edit; the same content may come again', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const other = openAt(folder.path);
    expect(unwrap(store.revisions.add('/w', [revision('a')]))).toBe(1);
    expect(unwrap(other.revisions.add('/w', [revision('a', { kind: 'external' })]))).toBe(0);
    unwrap(other.revisions.add('/w', [revision('b')]));
    unwrap(store.revisions.add('/w', [revision('a', { kind: 'restore' })]));
    expect(numbersAndTexts(store)).toEqual([
      [3, 'title: a'],
      [2, 'title: b'],
      [1, 'title: a'],
    ]);
    store.close();
    other.close();
  });

  it('tell a removed policy from one whose content is the same', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const { text: _text, ...removed } = revision('a');
    unwrap(store.revisions.add('/w', [revision('a')]));
    expect(unwrap(store.revisions.add('/w', [removed]))).toBe(1);
    expect(unwrap(store.revisions.add('/w', [removed]))).toBe(0);
    expect(store.revisions.latest('/w').get('strict')).toMatchObject({ number: 2, removed: true });
    store.close();
  });

  it('law: the history is the sequence of contents seen, without repetitions in a row', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    let run = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }), (letters) => {
        run += 1;
        for (const letter of letters) unwrap(store.revisions.add(`/w${run}`, [revision(letter)]));
        const seen = letters.filter((letter, index) => letter !== letters[index - 1]);
        expect(numbersAndTexts(store, `/w${run}`)).toEqual(
          seen.map((letter, index) => [index + 1, `title: ${letter}`]).toReversed(),
        );
      }),
      { numRuns: 50 },
    );
    store.close();
  });
});

describe('changes', () => {
  it('are kept for their folder, the last two hundred of them, until taken back', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const ids = Array.from({ length: 205 }, (_, index) => `01JD00000000000000000${String(index).padStart(5, '0')}`);
    for (const id of ids) store.changes.add('/w', { id, what: 'x', files: [{ file: 'a.yaml', before: 'old' }], at: 1 });
    expect(store.changes.get('/w', ids[0] ?? '')).toBeUndefined();
    expect(store.changes.get('/w', ids[5] ?? '')?.files).toEqual([{ file: 'a.yaml', before: 'old' }]);
    expect(store.changes.get('/v', ids[5] ?? '')).toBeUndefined();
    store.changes.remove(ids[5] ?? '');
    expect(store.changes.get('/w', ids[5] ?? '')).toBeUndefined();
    store.close();
  });
});
