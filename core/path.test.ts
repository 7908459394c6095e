import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Double } from './json.ts';
import { elementStep, formatPath, parsePath, resolvePath, type PathStep } from './path.ts';

const web = { name: 'web', env: [{ name: 'A', value: '1' }], args: ['x', 'y', 'z'] };
const pod = {
  metadata: { labels: { app: 'shop', 'a.b/c': 'd', "it's": 'e' } },
  spec: { containers: [web, { name: 'log' }], ports: [{ port: 80 }, { port: 80, protocol: 'UDP' }] },
};

describe('formatPath', () => {
  it.each<[string, PathStep[]]>([
    [
      'spec.containers[name=web].env[name=A].value',
      ['spec', 'containers', { keys: [['name', 'web']] }, 'env', { keys: [['name', 'A']] }, 'value'],
    ],
    ["metadata.labels['a.b/c']", ['metadata', 'labels', 'a.b/c']],
    ["metadata.labels['it''s']", ['metadata', 'labels', "it's"]],
    [
      'ports[containerPort=80,protocol=UDP]',
      [
        'ports',
        {
          keys: [
            ['containerPort', '80'],
            ['protocol', 'UDP'],
          ],
        },
      ],
    ],
    ['args[2]', ['args', 2]],
    ['volumeMounts[mountPath=/var/lib/x:y].name', ['volumeMounts', { keys: [['mountPath', '/var/lib/x:y']] }, 'name']],
    ["env[name='a b']", ['env', { keys: [['name', 'a b']] }]],
    ["env[name='']", ['env', { keys: [['name', '']] }]],
    ["['odd key'].x", ['odd key', 'x']],
    ["list['odd key'=1]", ['list', { keys: [['odd key', '1']] }]],
    ["data['']", ['data', '']],
    ["data['2']", ['data', '2']],
    ['', []],
  ])('%s', (text, steps) => {
    expect(formatPath(steps)).toBe(text);
    expect(parsePath(text)).toEqual({ ok: true, value: steps });
  });
});

describe('parsePath', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('name', '__proto__', 'a.b', "'", "''", '[', ']', '=', ',', ' ', '2', 'é', '\n', "]='"),
  );
  const key = fc.tuple(text, text);
  const step: fc.Arbitrary<PathStep> = fc.oneof(
    text,
    fc.nat(),
    fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => ({ keys })),
  );

  it('reads back every path that can be written', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        expect(parsePath(formatPath(steps))).toEqual({ ok: true, value: steps });
      }),
    );
  });

  it('never throws, and what it accepts means what it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '[', ']', "'", '=', ',', '1', '0') }), (any) => {
        const read = parsePath(any);
        if (read.ok) expect(parsePath(formatPath(read.value))).toEqual(read);
      }),
    );
  });

  it.each([
    ['a..b', 2, 'a field name'],
    ['a[name=x', 8, "',' or ']'"],
    ['a[name]', 6, "'='"],
    ["a['b", 2, 'a closing quote'],
    ['a[01]', 2, "an index and ']'"],
    ['a b', 1, "'.' or '['"],
    ['a[name=]', 7, 'a value'],
  ])('%s is refused with its position', (path, position, expected) => {
    expect(parsePath(path)).toEqual({ ok: false, error: { position, expected } });
  });

  it('refuses a path that ends in a dot', () => {
    expect(parsePath('a.').ok).toBe(false);
  });
});

describe('elementStep', () => {
  it('names elements by the map key of their list', () => {
    expect(elementStep('containers', [web, { name: 'log' }], 1)).toEqual({ keys: [['name', 'log']] });
    expect(
      elementStep(
        'volumeMounts',
        [
          { name: 'a', mountPath: '/x' },
          { name: 'a', mountPath: '/y' },
        ],
        1,
      ),
    ).toEqual({ keys: [['mountPath', '/y']] });
    expect(elementStep('ports', [{ name: 'http', port: 80, protocol: 'SCTP' }], 0)).toEqual({
      keys: [
        ['port', '80'],
        ['protocol', 'SCTP'],
      ],
    });
  });

  it('gives a file and its live object the same path, where the server fills in a key', () => {
    const live = elementStep('ports', [{ containerPort: 80, protocol: 'TCP' }], 0);
    expect(elementStep('ports', [{ containerPort: 80 }], 0)).toEqual(live);
    expect(formatPath([live])).toBe('[containerPort=80,protocol=TCP]');
  });

  it('falls back to the index where the key is absent, not scalar, or not unique', () => {
    expect(elementStep('env', [{ name: 'A' }, { name: 'A' }], 1)).toBe(1);
    expect(elementStep('args', ['x', 'y'], 1)).toBe(1);
    expect(elementStep('containers', [{ name: { a: 1 } }], 0)).toBe(0);
    expect(elementStep('containers', [{}], 0)).toBe(0);
    expect(elementStep('ports', [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }], 0)).toBe(0);
  });

  it('survives reordering: the step of each element leads back to it', () => {
    const scalar = fc.oneof(
      fc.constantFrom('a', 'b', "'", ''),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(new Double(1), 5n, true, null),
    );
    const element = fc.record({ name: scalar, port: scalar, protocol: fc.constantFrom('TCP', 'UDP') }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.constantFrom('ports', 'containers', 'volumeMounts'), fc.array(element), (field, list) => {
        list.forEach((item, index) => {
          expect(resolvePath({ [field]: list }, [field, elementStep(field, list, index)])).toBe(item);
        });
      }),
    );
  });
});

describe('resolvePath', () => {
  it('follows names, indexes and map keys', () => {
    expect(resolvePath(pod, ['spec', 'containers', { keys: [['name', 'web']] }, 'args', 1])).toBe('y');
    expect(
      resolvePath(pod, [
        'spec',
        'ports',
        {
          keys: [
            ['port', '80'],
            ['protocol', 'TCP'],
          ],
        },
      ]),
    ).toBe(pod.spec.ports[0]);
    expect(resolvePath(pod, [])).toBe(pod);
  });

  it('finds nothing where a step leads nowhere, nor in prototypes', () => {
    expect(resolvePath(pod, ['spec', 'containers', 7])).toBeUndefined();
    expect(resolvePath(pod, ['spec', 'containers', 'name'])).toBeUndefined();
    expect(resolvePath(pod, ['spec', { keys: [['name', 'web']] }])).toBeUndefined();
    expect(resolvePath(pod, ['constructor'])).toBeUndefined();
    expect(resolvePath(pod, ['spec', 'containers', 'length'])).toBeUndefined();
  });
});
