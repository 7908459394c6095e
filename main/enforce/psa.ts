import { missingControls, namespaceFacts, pssPolicy } from '#core/enforce/psa/facts.ts';
import { NEWEST_STANDARDS_MINOR, PSS_CONTROLS } from '#core/enforce/psa/levels.ts';
import { psaPlan } from '#core/enforce/psa/plan.ts';
import type { PsaPlan } from '#core/enforce/psa/plan.ts';
import { hasVerdicts } from '#core/model.ts';
import type { AppError } from '#core/model.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { policyRules, projectLens } from '#core/policy/project.ts';
import { indexRules } from '#core/policy/scan-index.ts';
import { variantFacts } from '#core/policy/variants.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { invalidInput, notFound } from '#main/services/errors.ts';
import { Variants } from '#main/services/variants.ts';
import type { Store } from '#main/store/index.ts';

export interface PsaRequest {
  readonly scanId: string;
  /** Default: that of the scan's server, or the newest whose standards are known. */
  readonly minor?: number;
  readonly excludedNamespaces: readonly string[];
  /** For tests with a library that has rules for some controls only. */
  readonly controls?: typeof PSS_CONTROLS;
}

/** The levels of a stored scan's namespaces. Judged again from what was stored where another version is asked for than was scanned. */
export function psaOfScan(
  { store, library }: { readonly store: Store; readonly library: Library },
  { scanId, minor: asked, excludedNamespaces, controls = PSS_CONTROLS }: PsaRequest,
): Result<PsaPlan, AppError> {
  const run = store.runs.get(scanId);
  if (run === undefined) return err(notFound(`Scan ${scanId}`, store.file));
  if (!hasVerdicts(run) || (run.source.kind !== 'cluster' && run.source.kind !== 'snapshot')) return err(notACluster(scanId));
  const scanned = Number(run.kubernetesMinor?.split('.')[1] ?? Number.NaN);
  if (asked !== undefined && asked > NEWEST_STANDARDS_MINOR) return err(tooNew(asked));
  // A newer server knows the older version of the standards, and nobody here knows the newer one.
  const minor = asked ?? Math.min(scanned, NEWEST_STANDARDS_MINOR);
  if (!Number.isInteger(minor)) return err(noVersion(scanId));
  const ruleSet = run.rulesetId === undefined ? { rules: [] } : store.rulesets.get(run.rulesetId);
  const rules = policyRules(pssPolicy(library), library.rules, ruleSet);
  const missing = missingControls({ rules: rules.map(({ rule }) => rule) }, controls);
  if (missing.length > 0) return err(notAllControls(scanId, missing));
  const objects = [...store.scans.objects(run.id)];
  const judges = new Variants(store, library);
  const projection = projectLens(
    indexRules(
      objects,
      rules.map(({ index }) => index),
    ),
    {
      rules,
      ...(minor === scanned ? {} : { variant: (rule) => variantFacts(objects, judges.of(rule, `1.${minor}`)) }),
    },
  );
  const coverage = viewCoverage(store.runs.coverage(run.id));
  const present = new Map(
    objects
      .filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Namespace')
      .map(({ name, labels }) => [name, labels]),
  );
  return ok(psaPlan(namespaceFacts({ objects, projection, coverage }, library.matchers), { minor, excludedNamespaces, present }));
}

const notACluster = (scanId: string): AppError =>
  invalidInput(
    'This run says nothing about the namespaces of a cluster.',
    `--run ${scanId}`,
    'Only a whole scan of a cluster, or a snapshot of one, knows which Pods there are.',
    "Name one: 'plimsoll history' lists them.",
  );

const noVersion = (scanId: string): AppError =>
  invalidInput(
    'The version of the cluster is not known.',
    `--run ${scanId}`,
    'The labels pin a version of the standards, and the scan does not say which its server is.',
    'Name it with --kubernetes 1.N.',
  );

const tooNew = (minor: number): AppError =>
  invalidInput(
    `The Pod Security Standards of Kubernetes 1.${minor} are not known here.`,
    '--kubernetes',
    `The newest are those of 1.${NEWEST_STANDARDS_MINOR}, and a label would pin what nothing was judged by.`,
    `Pin an older version, which newer servers know as well: --kubernetes 1.${NEWEST_STANDARDS_MINOR}.`,
  );

const notAllControls = (scanId: string, missing: readonly string[]): AppError =>
  invalidInput(
    'No level of the Pod Security Standards can be told from this scan.',
    `--run ${scanId}`,
    `It was not judged by a rule for each control; missing: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}.`,
    'Scan the cluster again with this version of Plimsoll.',
  );
