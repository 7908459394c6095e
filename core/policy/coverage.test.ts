import { describe, expect, it } from 'vitest';
import { MATCHERS } from '#core/evaluate/small-rules.fixture.ts';
import type { CoverageEntry } from '#core/model.ts';
import { COVERAGE_STATUSES } from '#core/model.ts';
import { missingFor, viewCoverage, whyUnseen } from '#core/policy/coverage.ts';
import { entryOf, objectOf, RULES } from '#core/policy/small-scan.fixture.ts';
import type { Rule } from '#core/rules/model.ts';

const [limits, secrets] = RULES as readonly [Rule, Rule];
const missing = (...entries: readonly CoverageEntry[]): readonly string[] => [...viewCoverage(entries).missing.keys()];
const all = [entryOf('Pod'), entryOf('apps/Deployment'), entryOf('ConfigMap')];

describe('a kind was read', () => {
  it.each(COVERAGE_STATUSES)('with the status %s?', (status) => {
    const { missing: lacking, share } = viewCoverage([entryOf('Pod', status), entryOf('Service')]);
    const isRead = status === 'complete' || status === 'metadataOnly' || status === 'leftOut';
    expect([...lacking.keys()]).toEqual(isRead ? [] : ['/Pod']);
    expect(share).toBe(isRead || status === 'notAsked' ? 1 : 0.5);
  });

  it('not by reading some namespaces after it was refused over all', () => {
    expect(missing(entryOf('Pod', 'forbidden'), entryOf('Pod', 'complete', 'shop'))).toEqual(['/Pod']);
    expect(missing(entryOf('Pod', 'complete', 'shop'), entryOf('Pod', 'forbidden'))).toEqual(['/Pod']);
  });

  it('where only certain namespaces were asked for, when each of them was', () => {
    expect(missing(entryOf('Pod', 'complete', 'shop'), entryOf('Pod', 'complete', 'ops'))).toEqual([]);
    expect(missing(entryOf('Pod', 'complete', 'shop'), entryOf('Pod', 'timeout', 'ops'))).toEqual(['/Pod']);
  });

  it('is not a question for kinds that are left out, nor for files', () => {
    expect(viewCoverage([entryOf('Event', 'leftOut'), entryOf('Pod')])).toMatchObject({ share: 1 });
    expect(viewCoverage([])).toMatchObject({ share: 1 });
  });

  it('is no part of the share where it was not asked for, and never taken for read', () => {
    const view = viewCoverage([entryOf('Secret', 'notAsked'), entryOf('Pod'), entryOf('Service', 'forbidden')]);
    expect(view.share).toBe(0.5);
    expect([...view.missing.keys()]).toEqual(['/Secret', '/Service']);
    expect(whyUnseen({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'a' }, view)).toContain('notAsked');
    expect(viewCoverage([entryOf('Secret', 'notAsked')]).share).toBe(1);
  });

  it('with the reason that the source gave, else the status', () => {
    const reasons = viewCoverage([
      { ...entryOf('Pod', 'forbidden'), reason: 'no right to list' },
      entryOf('Service', 'timeout'),
    ]).missing;
    expect([...reasons]).toEqual([
      ['/Pod', 'no right to list'],
      ['/Service', 'timeout'],
    ]);
  });
});

describe('a rule lacks', () => {
  const lacks = (rule: Rule, ...entries: readonly CoverageEntry[]) => missingFor(rule, MATCHERS, viewCoverage(entries));

  it('nothing when all that it looks at was read', () => {
    expect(lacks(limits, ...all)).toBeUndefined();
    expect(lacks(secrets, ...all)).toBeUndefined();
    expect(lacks(limits, ...all, entryOf('Service', 'forbidden'))).toBeUndefined();
  });

  it('each kind of its matcher that was not', () => {
    expect(lacks(limits, entryOf('Pod'), entryOf('apps/Deployment', 'forbidden'))).toBe(
      'Deployment could not be read: forbidden',
    );
  });

  it('any kind at all, where it looks at everything', () => {
    expect(
      lacks(
        secrets,
        ...all,
        entryOf('a/A', 'timeout'),
        entryOf('b/B', 'timeout'),
        entryOf('c/C', 'timeout'),
        entryOf('d/D', 'timeout'),
      ),
    ).toBe('A, B, C and 1 more kinds could not be read: timeout');
  });

  it('the kinds of a group that did not say what it serves', () => {
    const lost = { ...entryOf('apps/*', 'serverError'), reason: 'the group did not answer' };
    expect(lacks(limits, entryOf('Pod'), lost)).toBe('Deployment could not be read: the group did not answer');
    expect(lacks(secrets, entryOf('Pod'), lost)).toBe('kinds of apps could not be read: the group did not answer');
    expect(lacks(limits, entryOf('Pod'), entryOf('apps/Deployment'), lost)).toBeUndefined();
    expect(lacks(limits, entryOf('Pod'), entryOf('other/*', 'serverError'))).toBeUndefined();
  });
});

describe('an object could not have been seen', () => {
  const unseen = (object: ReturnType<typeof objectOf>, ...entries: readonly CoverageEntry[]) =>
    whyUnseen(object, viewCoverage(entries));
  const pod = objectOf('Pod', 'web', {});

  it('where its kind was read, it could', () => {
    expect(unseen(pod, entryOf('Pod'))).toBeUndefined();
    expect(unseen(pod, entryOf('Pod', 'forbidden'), entryOf('Pod', 'complete', 'shop'))).toBeUndefined();
    expect(unseen(pod, entryOf('Pod', 'complete', 'shop'))).toBeUndefined();
  });

  it('where its kind was refused', () => {
    expect(unseen(pod, entryOf('Pod', 'forbidden'))).toBe('Pod could not be read: forbidden');
    expect(unseen(pod, entryOf('Pod', 'forbidden'), entryOf('Pod', 'complete', 'ops'))).toBe('Pod could not be read: forbidden');
  });

  it('in a namespace that was not asked for', () => {
    expect(unseen(pod, entryOf('Pod', 'complete', 'ops'), entryOf('Pod', 'complete', 'dev'))).toBe(
      'Pod was read in dev, ops only',
    );
    const namespace = objectOf('Namespace', 'shop', {}, {});
    expect(unseen(namespace, entryOf('Namespace', 'complete', 'shop'))).toBeUndefined();
    expect(unseen(namespace, entryOf('Namespace', 'complete', 'ops'))).toBe('Namespace was read in ops only');
  });

  it('in a group that did not answer', () => {
    expect(unseen(objectOf('apps/Deployment', 'web', {}), entryOf('apps/*', 'timeout'))).toBe(
      'Deployment could not be read: timeout',
    );
  });

  it('not so in files, nor where the kind is no longer served', () => {
    expect(unseen(pod)).toBeUndefined();
    expect(unseen(objectOf('old/Thing', 'a', {}), entryOf('Pod'))).toBeUndefined();
  });
});
