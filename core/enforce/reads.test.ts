import { describe, expect, it } from 'vitest';
import { readsOf } from '#core/enforce/reads.ts';

const read = (expression: string, ...variables: readonly (readonly [string, string])[]) =>
  readsOf({ expression, variables: variables.map(([name, text]) => ({ name, expression: text })) });

describe('what an expression reads of an object', () => {
  it.each<[string, readonly string[]]>([
    ['object.spec.replicas >= 2', ['spec.replicas']],
    ['has(object.spec) && has(object.spec.type) && object.spec.type == 1', ['spec.type']],
    ["!('spec' in object) || object.spec.a == object.spec.b", ['spec.a', 'spec.b']],
    ['has(object.spec.a) && object.spec.a.b > 1 && size(object.spec.a) > 0', ['spec.a']],
    ['has(object.items)', ['items']],
    ["object.metadata.labels['team'] == 'a'", ['metadata.labels']],
    ['object.kind == "Pod" && object.metadata.name == "x" && object.metadata.namespace != ""', []],
  ])('%s', (expression, paths) => {
    expect(read(expression)).toEqual({
      podSpec: false,
      podAnnotations: false,
      whole: false,
      paths: paths.map((path) => path.split('.')),
    });
  });

  it('follows variables, and takes the pod spec as one', () => {
    const variables = [
      ['podSpec', 'object.spec'],
      ['containers', 'variables.podSpec.containers'],
      ['labels', 'object.metadata.labels'],
    ] as const;
    expect(read('variables.containers.all(it, true) && size(variables.labels) > 0', ...variables)).toEqual({
      podSpec: true,
      podAnnotations: false,
      whole: false,
      paths: [['metadata', 'labels']],
    });
  });

  it('is everything where the object is taken as a whole', () => {
    expect(read('size(object) > 3')?.whole).toBe(true);
  });

  it('is not known of what cannot be parsed', () => {
    expect(read('object.')).toBeUndefined();
  });
});
