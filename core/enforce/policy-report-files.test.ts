import { expect, it } from 'vitest';
import { policyReportFiles } from '#core/enforce/policy-report-files.ts';
import type { JsonObject } from '#core/json.ts';
import { policyReports } from '#core/report/policy-report.ts';
import { CONTEXT, SMALL } from '#core/report/formats.fixture.ts';

/** The reports themselves are looked at in core/report/policy-report.test.ts. */

const made = (namespace?: string): JsonObject => ({
  apiVersion: 'wgpolicyk8s.io/v1alpha2',
  kind: 'PolicyReport',
  metadata: { name: 'a', ...(namespace === undefined ? {} : { namespace }) },
});
const filesOf = (reports: readonly JsonObject[]) =>
  policyReportFiles(reports, 'policyreport', { policy: 'shop', scan: '01' }).map(
    (file) => [file.name, 'documents' in file ? file.documents : []] as const,
  );

it('lie in a file for each namespace, and one for what is in none', () => {
  const [shop, ops, again, none] = [made('shop'), made('ops'), made('shop'), made()];
  expect(filesOf([shop, ops, again, none])).toEqual([
    ['cluster.yaml', [none]],
    ['namespaces/ops.yaml', [ops]],
    ['namespaces/shop.yaml', [shop, again]],
  ]);
});

it('never in a file outside the folder, whatever a scan says a namespace is called', () => {
  const odd = made('../../etc');
  expect(filesOf([odd])).toEqual([['cluster.yaml', [odd]]]);
});

it('all of them, and nothing else', () => {
  const reports = policyReports(SMALL, 'policyreport', CONTEXT).map((one) => JSON.parse(JSON.stringify(one)) as JsonObject);
  expect(reports.length).toBeGreaterThan(0);
  const within = filesOf(reports).flatMap(([, documents]) => documents);
  expect(new Set(within)).toEqual(new Set(reports));
});
