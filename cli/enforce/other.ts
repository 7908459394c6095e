import { gateFiles } from '#core/enforce/ci/index.ts';
import { settingsOf } from '#core/enforce/other-targets.ts';
import type { OtherTarget } from '#core/enforce/other-targets.ts';
import { readSettings } from '#core/enforce/settings.ts';
import type { Settings } from '#core/enforce/settings.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { answer, withClient } from '#cli/client.ts';
import type { Session } from '#cli/client.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { note } from '#cli/output.ts';
import { cronJobOf } from '#cli/enforce/cronjob.ts';
import { datreeOf } from '#cli/enforce/datree.ts';
import { policyReportOf } from '#cli/enforce/policy-report.ts';
import { psaOf } from '#cli/enforce/psa.ts';
import { policyNamed } from '#cli/enforce/other-options.ts';
import type { Made, OtherOptions } from '#cli/enforce/other-options.ts';
import { writeExport } from '#main/enforce/write.ts';
import { workspacePolicies } from '#main/scan/policies.ts';
import { invalidInput } from '#main/services/errors.ts';
import { VERSION } from '#main/version.ts';

/** Exports that are no admission policies: to where else a policy counts. */

export const exportOther = (options: OtherOptions): Promise<void> =>
  withClient(options, async (session) => {
    const settings = readSettings(settingsOf(options.target, VERSION), options.set);
    if (!settings.ok) return err(wrongSetting(options.target, settings.error));
    const made = await make(session, options, settings.value);
    if (!made.ok) return made;
    const written = writeExport(made.value.files, options.out, session.app.version);
    if (!written.ok) return written;
    for (const text of made.value.notes) note(text);
    const files = written.value;
    answer({ target: options.target, ...made.value.value, files }, options, () => files.map((file) => `${file}\n`).join(''));
    return ok(CLEAN);
  });

async function make(session: Session, options: OtherOptions, settings: Settings): Promise<Result<Made, AppError>> {
  const { target } = options;
  switch (target) {
    case 'psa':
      return psaOf(session, options);
    case 'datree':
      return datreeOf(session, policyNamed(options));
    case 'policyreport':
      return policyReportOf(session, options, settings);
    case 'cronjob':
      return cronJobOf(session, options, settings);
    default: {
      const { app } = session;
      const name = policyNamed(options);
      const policy = app.workspace.find(name);
      if (!policy.ok) return policy;
      if (settings['workspace'] === undefined && needsWorkspace(session, name)) return err(noWorkspace(name));
      const bundle = workspacePolicies(app.workspace, app.library).digest(policy.value);
      return ok({
        files: gateFiles(target, { policy: name, bundle, settings }),
        notes: [],
        value: { policy: name, bundle, settings },
      });
    }
  }
}

/** Whether another checkout would judge otherwise without the files of this workspace. */
function needsWorkspace({ app }: Session, name: string): boolean {
  const policy = app.workspace.find(name);
  const { content, rules } = app.workspace.now().read;
  return (policy.ok && policy.value.origin === 'workspace') || content.waivers.length > 0 || rules.length > 0;
}

const wrongSetting = (target: OtherTarget, { why, next }: { readonly why: string; readonly next: string }): AppError =>
  invalidInput(`The settings of the target '${target}' are not right.`, '--set', why, next);

const noWorkspace = (policy: string): AppError =>
  invalidInput(
    `The job would not find the policy '${policy}'.`,
    '--set workspace',
    'It, or what counts in it (waivers, custom rules), stands in files of a workspace, and nothing says where the job finds them.',
    'Keep the workspace in the repository, and name its folder there: --set workspace=plimsoll.',
  );
