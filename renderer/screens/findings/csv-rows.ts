import type { FindingRow } from '#core/api/findings.ts';

export const CSV_HEAD: readonly string[] = [
  'verdict',
  'severity',
  'rule',
  'title',
  'kind',
  'namespace',
  'name',
  'container',
  'path',
  'message',
  'team',
  'first seen',
  'new',
  'fingerprint',
];

export const csvRow = (row: FindingRow): readonly string[] => [
  row.verdict,
  row.severity,
  row.rule,
  row.title,
  row.object.kind,
  row.object.namespace ?? '',
  row.object.name,
  row.container ?? '',
  row.path,
  row.message,
  row.team ?? '',
  row.firstSeen ?? '',
  row.isNew ? 'yes' : 'no',
  row.fingerprint,
];
