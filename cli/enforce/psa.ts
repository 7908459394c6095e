import { SYSTEM_NAMESPACES } from '#core/enforce/model.ts';
import { psaFiles } from '#core/enforce/psa/files.ts';
import type { PsaPlan } from '#core/enforce/psa/plan.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { scanNamed } from '#cli/client.ts';
import type { Session } from '#cli/client.ts';
import type { Made, OtherOptions } from '#cli/enforce/other-options.ts';
import { psaOfScan } from '#main/enforce/psa.ts';
import { invalidInput } from '#main/services/errors.ts';

/** Labels for Pod Security Admission, from a scan. */
export function psaOf(session: Session, options: OtherOptions): Result<Made, AppError> {
  const scanId = scanNamed(session, options.run);
  if (!scanId.ok) return scanId;
  const plan = psaOfScan(session.app, {
    scanId: scanId.value,
    excludedNamespaces: [
      ...new Set([...(options.includeSystem ? [] : SYSTEM_NAMESPACES), ...options.excludeNamespace]),
    ].toSorted(),
    ...(options.kubernetes === undefined ? {} : { minor: options.kubernetes }),
  });
  if (!plan.ok) return plan;
  const labelled = plan.value.namespaces.some(({ labels }) => Object.keys(labels?.labels ?? {}).length > 0);
  if (!labelled) return err(nothing(plan.value, scanId.value));
  const unknown = plan.value.namespaces.filter(({ standing }) => standing.type === 'unknown');
  return ok({
    files: psaFiles(plan.value, `scan ${scanId.value}`),
    notes: unknown.map(({ name, standing }) => `level unknown: ${name}: ${standing.type === 'unknown' ? standing.why : ''}`),
    value: valueOf(plan.value, scanId.value),
  });
}

const valueOf = ({ minor, excludedNamespaces, namespaces }: PsaPlan, scan: string) => ({
  scan,
  kubernetes: `1.${minor}`,
  excludedNamespaces,
  namespaces: namespaces.map(({ name, standing, labels }) => ({
    name,
    ...standing,
    ...(labels === undefined ? {} : { labels: labels.labels, kept: labels.kept }),
  })),
});

const nothing = ({ namespaces }: PsaPlan, scan: string): AppError =>
  invalidInput(
    'There is no label to set.',
    `--run ${scan}`,
    namespaces.length === 0
      ? 'Every namespace is left alone.'
      : 'Each namespace is as strict already, has nothing that makes Pods, or could not be judged.',
    '--include-system takes those of Kubernetes as well; scan with more rights if namespaces could not be read.',
  );
