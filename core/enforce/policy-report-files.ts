import type { ExportFile } from '#core/enforce/files.ts';
import type { JsonObject } from '#core/json.ts';
import { textAt } from '#core/json.ts';

const REPORTS: Readonly<Record<'policyreport' | 'openreports', string>> = {
  policyreport: 'wgpolicyk8s.io/v1alpha2 (Kyverno, Policy Reporter)',
  openreports: 'openreports.io/v1alpha1 (Kubewarden, Policy Reporter)',
};

/** Namespaces are folders' names as well; what none can be called lies with what is in none. */
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Reports (core/report/policy-report.ts) as files: one for each namespace, one for what is in none. */
export function policyReportFiles(
  reports: readonly JsonObject[],
  api: keyof typeof REPORTS,
  told: { readonly policy: string; readonly scan: string },
): readonly ExportFile[] {
  const byFile = Map.groupBy(reports, ({ metadata }) => {
    const namespace = textAt(metadata, 'namespace');
    return namespace !== undefined && NAMESPACE.test(namespace) ? `namespaces/${namespace}.yaml` : 'cluster.yaml';
  });
  return [...byFile.keys()].toSorted().map((name) => ({
    name,
    header: [
      `Scan ${told.scan} by the policy ${told.policy}, as reports of ${REPORTS[api]}.`,
      `Try first: kubectl apply --dry-run=server -f ${name}   (needs the custom resources of that API in the cluster)`,
      `Apply:     kubectl apply --server-side -f ${name}`,
      `Take back: kubectl delete -f ${name} --ignore-not-found`,
      'Each report is owned by its object and goes with it. Another scan writes over it; an object that passes all by then keeps an',
      'old report: take back first. What was not evaluated stands in it as an error, and is no pass.',
    ],
    documents: byFile.get(name) ?? [],
  }));
}
