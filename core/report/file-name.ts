import { FORMATS } from '#core/report/format-names.ts';
import type { FormatName } from '#core/report/format-names.ts';

/** Formats whose extension says too little of them. */
const MARKS: Readonly<Partial<Record<FormatName, string>>> = {
  gitlab: 'gitlab.',
  github: 'github.',
  'datree-json': 'datree.',
  policyreport: 'policyreport.',
  openreports: 'openreports.',
};

export interface NamedRun {
  readonly number: number;
  readonly startedAt: string;
  readonly source: { readonly name: string };
}

/** `plimsoll-shop-prod-2026-11-21-scan-6.html`: of any source, a name that every file system takes. */
export function exportFileName({ source, startedAt, number }: NamedRun, format: FormatName): string {
  const name = source.name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .slice(0, 80)
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  const parts = ['plimsoll', ...(name === '' ? [] : [name]), startedAt.slice(0, 10), 'scan', String(number)];
  return `${parts.join('-')}.${MARKS[format] ?? ''}${FORMATS[format].extension}`;
}
