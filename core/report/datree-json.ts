import type { ScanObject } from '#core/inventory/model.ts';
import { plainMessage } from '#core/datree/message.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import { whole } from '#core/report/context.ts';
import type { ReportContext, Written } from '#core/report/context.ts';
import { pointerByName } from '#core/report/json-pointer.ts';
import { fileOfObject } from '#core/report/file-place.ts';
import type { Report } from '#core/report/report.ts';
import { safeJson } from '#core/report/safe-text.ts';

/**
 * Results in the shape of `datree test -o json` (version 1.9): the same keys, nested alike, lists that are empty are null. Totals
 * count pairs of a file and a rule, as Datree does; where it knows no word of ours (a rule that does not apply, or could not be
 * evaluated) nothing fails there. Rules have their Datree identifier, those that Datree never had their own id.
 */
export function toDatreeJson(report: Report, context: ReportContext): Written {
  return whole(safeJson(datreeResults(report, context)));
}

export function datreeResults(report: Report, context: ReportContext) {
  const absolute = context.absolute ?? ((file: string): string => file);
  const fileOf = (object: ScanObject): string => fileOfObject(report, object);
  const counted = report.findings.filter(({ verdict }) => verdict === 'fail' || verdict === 'waived');
  const files = [...Map.groupBy(counted, ({ object }) => fileOf(object))].map(([file, findings]) => ({
    file,
    ruleResults: ruleResults(findings, context),
  }));
  const unread = Map.groupBy(report.errors, ({ file }) => file);
  const read = new Set(report.objects.map(fileOf));
  const passed = [...read].filter((file) => !unread.has(file));
  return {
    policyValidationResults: orNull(
      files.map(({ file, ruleResults: rules }) => ({ fileName: absolute(file), ruleResults: rules })),
    ),
    policySummary:
      passed.length === 0
        ? null
        : {
            policyName: report.policy.name,
            ...totals(
              passed,
              files.filter(({ file }) => !unread.has(file)),
              report.policy.rules,
            ),
          },
    evaluationSummary: {
      configsCount: report.objects.length,
      filesCount: passed.length + unread.size,
      passedYamlValidationCount: passed.length,
      // There is no schema step here.
      k8sValidation: `0/${passed.length + unread.size}`,
      passedPolicyValidationCount:
        passed.length - files.filter(({ file, ruleResults: rules }) => !unread.has(file) && rules.some(hasFailed)).length,
    },
    yamlValidationResults: orNull(
      [...unread].map(([file, problems]) => ({
        path: absolute(file),
        errors: problems.map(({ message, line }) => ({
          ErrorMessage: line === undefined ? message : `yaml: line ${line}: ${message}`,
        })),
      })),
    ),
    k8sValidationResults: null,
    loginUrl: '',
  };
}

/** A pair of a file and a rule with both failing and skipped objects counts in both. */
function totals(files: readonly string[], results: readonly { readonly ruleResults: readonly RuleResult[] }[], rules: number) {
  const pairs = results.flatMap(({ ruleResults: found }) => found);
  const failed = pairs.filter(hasFailed).length;
  const skipped = pairs.filter(({ occurrencesDetails }) => occurrencesDetails.some(({ isSkipped }) => isSkipped)).length;
  return {
    totalRulesInPolicy: rules,
    totalSkippedRules: skipped,
    totalRulesFailed: failed,
    totalPassedCount: files.length * rules - failed - skipped,
  };
}

const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);

type RuleResult = ReturnType<typeof ruleResult>;
const hasFailed = ({ occurrencesDetails }: RuleResult): boolean => occurrencesDetails.some(({ isSkipped }) => !isSkipped);

const ruleResults = (findings: readonly Finding[], context: ReportContext): readonly RuleResult[] =>
  [...Map.groupBy(findings, ({ rule }) => rule)].map(([rule, places]) => ruleResult(rule, places, context));

function ruleResult(inForce: PolicyRule, findings: readonly Finding[], context: ReportContext) {
  const { rule, message, params } = inForce;
  return {
    identifier: identifierOf(inForce),
    name: rule.title,
    messageOnFailure: plainMessage(rule, { message, params }),
    // An object of which some places are waived stands twice, once for each.
    occurrencesDetails: [...Map.groupBy(findings, ({ object, verdict }) => `${object.id} ${verdict}`).values()].map((places) =>
      occurrence(places, context),
    ),
  };
}

const identifierOf = ({ rule }: PolicyRule): string => rule.aliases['datree']?.[0] ?? rule.id;

function occurrence(findings: readonly Finding[], { pointer }: ReportContext) {
  const [first] = findings;
  const isSkipped = first?.verdict === 'waived';
  return {
    metadataName: first?.object.name ?? '',
    kind: first?.object.kind ?? '',
    skipMessage: isSkipped ? (first.reason ?? '') : '',
    occurrences: findings.length,
    isSkipped,
    failureLocations: findings.toSorted(byPosition).map((finding) => ({
      schemaPath: pointer?.(finding) ?? pointerByName(finding.path),
      failedErrorLine: finding.position?.line ?? finding.place?.line ?? 0,
      failedErrorColumn: finding.position?.column ?? 0,
    })),
    validationFailureMessages: null,
  };
}

const byPosition = (a: Finding, b: Finding): number =>
  (a.position?.line ?? 0) - (b.position?.line ?? 0) || (a.position?.column ?? 0) - (b.position?.column ?? 0);
