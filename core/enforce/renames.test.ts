import { describe, expect, it } from 'vitest';
import { renamed, untyped } from '#core/enforce/renames.ts';

describe('names in an expression', () => {
  it.each([
    ['object.spec.a', 'oldObject.spec.a'],
    [
      'has(object.spec) && object . spec == {"object": object}',
      'has(oldObject.spec) && oldObject . spec == {"object": oldObject}',
    ],
    ["other.object == 'object' // object", "other.object == 'object' // object"],
    ['[1].all(object, object > 0) && object.x', '[1].all(object, object > 0) && oldObject.x'],
    ['object.list.all(object, object.x)', 'oldObject.list.all(object, object.x)'],
    ['variables.containers.all(it, it.x == variables.podSpec.x)', 'variables.before.all(it, it.x == variables.podSpec.x)'],
  ])('are replaced where they are free: %s', (text, expected) => {
    expect(renamed(text, { names: { object: 'oldObject' }, variables: { containers: 'before' } })).toBe(expected);
  });

  it('are none in what is no expression', () => {
    expect(renamed('object.', {})).toBeUndefined();
  });

  it('lose the type of the object, and nothing else', () => {
    expect(untyped("'spec' in object && object.kind == 'Pod'")).toBe("'spec' in dyn(object) && dyn(object).kind == 'Pod'");
  });
});
