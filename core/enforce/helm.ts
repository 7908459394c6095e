import type { ExportFile } from '#core/enforce/files.ts';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { FIRST_STABLE_MINOR, OLDEST_MINOR } from '#core/enforce/servers.ts';
import type { JsonObject } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** Of an export, what a chart has no use for: `helm uninstall` takes back, and a chart is no base of a kustomization. */
const LEFT_OUT: readonly string[] = ['kustomization.yaml', 'rollback.yaml'];

/**
 * Text as Helm's templates give it back unchanged. An action begins with two braces, wherever they stand (Go's text/template);
 * two closing ones outside of one are text.
 */
export const helmText = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');

export interface Chart {
  readonly plan: EnforcementPlan;
  /** In full, e.g. `ValidatingAdmissionPolicy`. */
  readonly title: string;
  readonly target: string;
  /** Bundle digest (decisions.md 19). */
  readonly bundle: string;
  /** Version of Plimsoll. */
  readonly version: string;
}

/**
 * An export as a chart: its files as templates, and no values, so that nothing can be made milder at installation without being
 * seen in the export. `bodyOf` gives the text of a file below its header.
 */
export function chartFiles(
  files: readonly ExportFile[],
  chart: Chart,
  bodyOf: (file: ExportFile) => string,
): Result<readonly ExportFile[], string> {
  const taken = files.filter(({ name }) => !LEFT_OUT.includes(name));
  const missing = taken.flatMap((file) => ('documents' in file ? [] : [file.name]));
  if (missing.length > 0) return err(`${missing.join(', ')} is no list of objects`);
  if (taken.some((file) => 'documents' in file && makesItsOwnKinds(file.documents)))
    return err('its objects are of kinds that other objects of it make, and Helm wants every kind to be there before it begins');
  return ok([
    { name: 'Chart.yaml', header: chartHeader(chart), documents: [chartObject(chart)] },
    {
      name: 'values.yaml',
      header: [
        'There are no values. What is enforced, where and how hard is decided by the policy and by the export, and reviewed there:',
        'a value that switches a rule off would be seen by nobody.',
      ],
      text: '{}\n',
    },
    ...taken.map((file) => ({
      name: `templates/${file.name}`,
      header: file.header.map((line) => helmText(line)),
      text: helmText(bodyOf(file)),
    })),
  ]);
}

/** Gatekeeper's constraints are of kinds that its templates define once they are installed. */
const makesItsOwnKinds = (documents: readonly JsonObject[]): boolean =>
  documents.some((document) => {
    const { apiVersion } = document;
    return typeof apiVersion === 'string' && groupOf(apiVersion) === 'constraints.gatekeeper.sh';
  });

const chartHeader = ({ title, plan, bundle }: Chart): readonly string[] => [
  `Policy ${plan.policy} as ${title}, bundle ${bundle}. Not run by us: there is no Helm here.`,
  'Try first: helm template . | kubectl apply --dry-run=server -f -',
  'Apply:     helm install plimsoll .',
  'Take back: helm uninstall plimsoll',
];

function chartObject({ plan, title, target, bundle, version }: Chart): JsonObject {
  const least = Math.max(
    plan.minor < FIRST_STABLE_MINOR ? OLDEST_MINOR : FIRST_STABLE_MINOR,
    ...plan.rules.map(({ minimumMinor }) => minimumMinor),
  );
  return {
    apiVersion: 'v2',
    name: `plimsoll-${plan.policy}`,
    description: `The policy ${plan.policy} as ${title}: ${plan.rules.length} rules.`,
    type: 'application',
    // Another bundle is another version; the letter keeps digits alone from being a number with a nought before it.
    version: `0.1.0-b${bundle.slice(0, 12)}`,
    appVersion: version,
    kubeVersion: `>=1.${least}.0-0`,
    annotations: { 'plimsoll.dev/bundle': bundle, 'plimsoll.dev/target': target },
  };
}
