import { describe, expect, it } from 'vitest';
import { relevant, type Line } from './fold.ts';

const TEXT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app: web
spec:
  replicas: 2
  template:
    spec:
      containers:
      - name: one
        image: a:1
        ports:
        - containerPort: 80
        env:
        - name: A
          value: "1"
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: false
          runAsNonRoot: true
      - name: two
        image: b:2
        resources:
          limits:
            memory: 1Gi
status:
  replicas: 2
  readyReplicas: 2`;

const lines = (marked: readonly number[]): Line[] =>
  TEXT.split('\n').map((text, index) => ({ number: index + 1, text, marks: marked.includes(index + 1) ? ['must be true'] : [] }));

const shown = (marked: readonly number[], opened?: Set<number>): string[] =>
  relevant(lines(marked), opened).map((part) =>
    part.type === 'line' ? part.line.text.trim() : `[${part.from}-${part.to} ${part.holds.join(', ')}]`,
  );

describe('the relevant stretch of an object', () => {
  it('keeps the marked line, its surroundings and all that it stands in', () => {
    expect(shown([21])).toEqual([
      '[1-6 apiVersion, kind, metadata]',
      'spec:',
      'replicas: 2',
      'template:',
      'spec:',
      'containers:',
      '- name: one',
      '[13-18 image, ports, env]',
      'securityContext:',
      'allowPrivilegeEscalation: false',
      'readOnlyRootFilesystem: false',
      'runAsNonRoot: true',
      '[23-30 status]',
    ]);
  });

  it('opens a fold where it was', () => {
    const all = shown([21], new Set([13]));
    expect(all).toContain('image: a:1');
    expect(all[0]).toBe('[1-6 apiVersion, kind, metadata]');
  });

  it('shows everything where nothing is marked', () => {
    expect(shown([])).toHaveLength(30);
  });

  it('loses no line', () => {
    for (const marked of [1, 13, 18, 27, 30]) {
      const covered = relevant(lines([marked])).reduce(
        (sum, part) => sum + (part.type === 'line' ? 1 : part.to - part.from + 1),
        0,
      );
      expect(covered).toBe(30);
    }
  });
});
