import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exportFileName } from '#core/report/file-name.ts';
import { FORMAT_NAMES } from '#core/report/format-names.ts';
import { nasty } from '#test/hostile-report.ts';

const named = (name: string) => ({ number: 6, startedAt: '2026-11-21T06:30:00.000Z', source: { name } });

it('the name of an exported file says cluster, day and scan', () => {
  expect(exportFileName(named('shop-prod'), 'html')).toBe('plimsoll-shop-prod-2026-11-21-scan-6.html');
  expect(exportFileName(named('arn:aws:eks:eu/shop'), 'gitlab')).toBe(
    'plimsoll-arn-aws-eks-eu-shop-2026-11-21-scan-6.gitlab.json',
  );
});

it('and is one step of a path, whatever the cluster is called', () => {
  fc.assert(
    fc.property(nasty, fc.constantFrom(...FORMAT_NAMES), (name, format) => {
      expect(exportFileName(named(name), format)).toMatch(/^plimsoll-(?!.*\.\.)[\w.-]{1,140}\.[a-z]+$/);
    }),
  );
});

it('no two formats share a name', () => {
  expect(new Set(FORMAT_NAMES.map((format) => exportFileName(named('a'), format))).size).toBe(FORMAT_NAMES.length);
});
