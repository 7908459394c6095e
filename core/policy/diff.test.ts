import { describe, expect, it } from 'vitest';
import type { ScanObject } from '#core/inventory/model.ts';
import type { CoverageEntry } from '#core/model.ts';
import { blindTo } from '#core/policy/blind.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { diffFindings } from '#core/policy/diff.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import { entryOf, objectOf, ownedBy, POLICY_RULES, seen } from '#core/policy/small-scan.fixture.ts';

interface Run {
  readonly objects: readonly ScanObject[];
  readonly entries?: readonly CoverageEntry[];
  readonly rules?: readonly PolicyRule[];
}

const sideOf = ({ objects, entries = [], rules = POLICY_RULES }: Run) => ({
  findings: seen(objects, rules).findings,
  blind: blindTo({ rules, objects, coverage: viewCoverage(entries) }),
});

function diff(from: Run, to: Run) {
  const result = diffFindings(sideOf(from), sideOf(to));
  return {
    new: result.new.map(({ object }) => object.name),
    fixed: result.fixed.map(({ object }) => object.name),
    unchanged: result.unchanged,
    incomparable: result.incomparable.map(({ finding, reason }) => `${finding.object.name}: ${reason}`),
  };
}

const NOTHING = { new: [], fixed: [], unchanged: 0, incomparable: [] };
const bad = (name: string, more: Partial<ScanObject> = {}) => objectOf('Pod', name, { limits: 'fail' }, more);
const good = (name: string) => objectOf('Pod', name, { limits: 'pass' });

describe('between two runs a failure', () => {
  it('is new, fixed or unchanged', () => {
    const result = diff(
      { objects: [bad('old'), bad('both'), good('fresh')] },
      { objects: [good('old'), bad('both'), bad('fresh'), bad('created')] },
    );
    expect(result).toEqual({ new: ['fresh', 'created'], fixed: ['old'], unchanged: 1, incomparable: [] });
  });

  it('is fixed when its object is gone', () => {
    const entries = [entryOf('Pod')];
    expect(diff({ objects: [bad('gone')], entries }, { objects: [], entries })).toEqual({ ...NOTHING, fixed: ['gone'] });
  });

  it('is another one at another place of the same object', () => {
    const moved = bad('web', { findings: [{ rule: 0, path: 'spec.other' }] });
    expect(diff({ objects: [bad('web')] }, { objects: [moved] })).toEqual({ ...NOTHING, new: ['web'], fixed: ['web'] });
  });

  it('counts once where files hold its object twice, whatever the order', () => {
    const twice = [bad('web'), { ...bad('web'), waivers: { limits: 'x' } }];
    for (const objects of [twice, twice.toReversed()]) {
      expect(diff({ objects: [bad('web')] }, { objects })).toEqual({ ...NOTHING, unchanged: 1 });
    }
  });
});

describe('what one side cannot know is incomparable, never fixed and never new', () => {
  const gone = { objects: [], entries: [entryOf('Pod', 'forbidden')] };
  const elsewhere = { objects: [], entries: [entryOf('Pod', 'complete', 'ops')] };
  const here = { objects: [bad('web')], entries: [entryOf('Pod')] };

  it.each<[string, Run, string]>([
    ['its kind was refused', gone, 'Pod could not be read: forbidden'],
    ['its namespace was not asked for', elsewhere, 'Pod was read in ops only'],
    ['its rule was not judged', { objects: [good('web')], rules: [] }, 'the rule was not judged in the other run'],
    ['it is waived', { objects: [bad('web', { waivers: { limits: 'known' } })] }, 'waived in the other run: known'],
    [
      'it could not be computed',
      { objects: [objectOf('Pod', 'web', { limits: 'error' })] },
      'could not be computed in the other run: some reason',
    ],
    [
      'it was not evaluated',
      { objects: [objectOf('Pod', 'web', { limits: 'notEvaluated' })] },
      'not evaluated in the other run: some reason',
    ],
    [
      'its rule has no answer for the object as a whole',
      {
        objects: [objectOf('Pod', 'web', { limits: 'notEvaluated' }, { findings: [{ rule: 0, path: '', reason: 'redacted' }] })],
      },
      'not all of it could be judged in the other run: redacted',
    ],
    [
      'another place fails, and not all could be judged',
      { objects: [bad('web', { findings: [{ rule: 0, path: 'spec.initContainers', reason: 'odd' }] })] },
      'not all of it could be judged in the other run: odd',
    ],
  ])('%s', (_, other, reason) => {
    const fixed = diff(here, other);
    expect(fixed.fixed).toEqual([]);
    expect(fixed.incomparable).toContain(`web: ${reason}`);
    const added = diff(other, here);
    expect(added.new).toEqual([]);
    expect(added.incomparable).toContain(`web: ${reason}`);
  });

  it('a failure that is counted at an owner which only one side could read', () => {
    const owner = objectOf('apps/Deployment', 'web', { limits: 'fail' }, { uid: 'd' });
    const pod = bad('web-1', ownedBy(owner));
    const whole = { objects: [owner, pod], entries: [entryOf('Pod'), entryOf('apps/Deployment')] };
    const part = { objects: [pod], entries: [entryOf('Pod'), entryOf('apps/Deployment', 'forbidden')] };
    const reasons = ['web-1: counted at its owner in the other run', 'web: Deployment could not be read: forbidden'];
    for (const result of [diff(whole, part), diff(part, whole)]) {
      expect({ ...result, incomparable: result.incomparable.toSorted() }).toEqual({
        ...NOTHING,
        incomparable: reasons.toSorted(),
      });
    }
  });

  it('but the failure of an idle ReplicaSet is gone', () => {
    const idle = bad('web', { idle: true });
    expect(diff(here, { objects: [idle] })).toEqual({ ...NOTHING, fixed: ['web'] });
  });
});
