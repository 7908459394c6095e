import { cronJobFiles } from '#core/enforce/ci/cronjob.ts';
import { resourcesFor, servedResources } from '#core/enforce/ci/rights.ts';
import { workspaceDocuments } from '#core/enforce/ci/workspace.ts';
import type { Settings } from '#core/enforce/settings.ts';
import type { AppError } from '#core/model.ts';
import { kindsRead } from '#core/policy/kinds-read.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { scanNamed } from '#cli/client.ts';
import type { Session } from '#cli/client.ts';
import { policyNamed } from '#cli/enforce/other-options.ts';
import type { Made, OtherOptions } from '#cli/enforce/other-options.ts';
import { workspacePolicies } from '#main/scan/policies.ts';
import { invalidInput } from '#main/services/errors.ts';
import { blockText } from '#main/workspace/yaml-text.ts';

/** A ConfigMap holds 1 MiB (https://kubernetes.io/docs/concepts/configuration/configmap/); the kubeconfig is in it too. */
const MOST_WORKSPACE_BYTES = 1_000_000;

/** A CronJob that scans the cluster it runs in, with the rights that the policy's rules need. */
export function cronJobOf(session: Session, options: OtherOptions, settings: Settings): Result<Made, AppError> {
  const { app } = session;
  const name = policyNamed(options);
  const policy = app.workspace.find(name);
  if (!policy.ok) return policy;
  const read = kindsRead(policy.value, app.library);
  if (read.type === 'some' && read.kinds.length === 0) return err(nothingToJudge(name));
  const served = read.type === 'any' && options.run !== undefined ? servedIn(session, options.run) : ok(undefined);
  if (!served.ok) return served;
  const resources = resourcesFor(read, served.value, settings['secrets'] === 'names' ? 'names' : 'no');
  if (!resources.ok) return err(unknownKinds(name, resources.error));
  const { content, rules } = app.workspace.now().read;
  const documents = workspaceDocuments(
    policy.value,
    content.waivers,
    rules.map(({ value }) => value),
  );
  const workspace = documents.map((document) => blockText(document)).join('---\n');
  if (Buffer.byteLength(workspace) > MOST_WORKSPACE_BYTES) return err(tooLarge(name));
  const bundle = workspacePolicies(app.workspace, app.library).digest(policy.value);
  const someKinds = read.type === 'some';
  return ok({
    files: cronJobFiles({ policy: name, bundle, settings, resources: resources.value, someKinds, workspace }),
    notes: [],
    value: { policy: name, bundle, settings, resources: resources.value },
  });
}

function servedIn(session: Session, asked: string) {
  const scanId = scanNamed(session, asked);
  if (!scanId.ok) return scanId;
  const { store } = session.app;
  const served = servedResources(store.runs.coverage(scanId.value));
  return served.length === 0 ? err(notACluster(scanId.value)) : ok(served);
}

const unknownKinds = (policy: string, rules: readonly string[]): AppError =>
  invalidInput(
    `The rights for the policy '${policy}' cannot be told.`,
    '--run',
    `Some rules look at every kind (${rules.slice(0, 3).join(', ')}${rules.length > 3 ? ` and ${rules.length - 3} more` : ''}), and nothing says which kinds the cluster has; a right to all of them would be one to the data of Secrets.`,
    'Name a scan of the cluster: --run latest.',
  );

const notACluster = (scan: string): AppError =>
  invalidInput(
    'This run does not say which kinds a cluster has.',
    `--run ${scan}`,
    'It listed none.',
    'Name a scan of a cluster.',
  );

const nothingToJudge = (policy: string): AppError =>
  invalidInput(`The policy '${policy}' judges nothing.`, '--policy', 'It switches on no rule.', 'Name another one.');

const tooLarge = (policy: string): AppError =>
  invalidInput(
    `The policy '${policy}' and its waivers do not fit a ConfigMap.`,
    '--policy',
    `Together they are larger than ${MOST_WORKSPACE_BYTES / 1_000_000} MB.`,
    'Remove waivers that have ended, or put the workspace into the image.',
  );
