import { isAbsolute } from 'node:path';
import type { EnforcePreview } from '#core/api/enforce.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { writeExport } from '#main/enforce/write.ts';
import { exportText } from '#main/enforce/yaml.ts';
import type { DeepReadonly, Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { commandsFor, filesOf, folderFor, planned, policyMode, targetChoices } from '#main/services/enforce-plan.ts';
import type { EnforceAsked, Planned } from '#main/services/enforce-plan.ts';
import { invalidInput } from '#main/services/errors.ts';
import { VERSION } from '#main/version.ts';

/** A policy as what a cluster enforces, and what that would do. */
export function enforceService(context: ServiceContext): Services['enforce'] {
  const unfinished = (): Result<never, AppError> =>
    err(invalidInput('This is not there yet.', 'enforce', 'It is being made.', 'Come back later.'));
  return {
    preview: async (asked) => previewOf(context, asked),
    file: async ({ name, offset, limit, ...asked }) => {
      const made = planned(context, asked);
      if (!made.ok) return made;
      const file = filesOf(made.value).find((one) => one.name === name);
      if (file === undefined) return err(noFile(name));
      const lines = exportText(file, VERSION).split('\n');
      return ok({ name, text: lines.slice(offset, offset + limit).join('\n'), lines: lines.length });
    },
    save: async ({ folder, confirmed: _, ...asked }) => {
      const made = planned(context, asked);
      if (!made.ok) return made;
      if (!isAbsolute(folder)) return err(notAbsolute(folder));
      const files = filesOf(made.value);
      const written = writeExport(files, folder, VERSION);
      return written.ok ? ok({ files: written.value, commands: commandsFor(files, folder) }) : written;
    },
    objects: async () => unfinished(),
    history: async () => unfinished(),
    rollout: async () => unfinished(),
    drift: async () => unfinished(),
    foreign: async () => unfinished(),
  };
}

function previewOf(context: ServiceContext, asked: EnforceAsked): Result<DeepReadonly<EnforcePreview>, AppError> {
  const found = planned(context, asked);
  if (!found.ok) return found;
  const { policy, made, bundle, minorFrom, defaultExcluded } = found.value;
  const files = filesOf(found.value);
  const folder = folderFor(context, found.value);
  return ok({
    targets: targetChoices,
    policy: policy.name,
    kubernetes: `1.${made.minor}`,
    kubernetesFrom: minorFrom,
    bundle,
    excludedNamespaces: made.excludedNamespaces,
    defaultExcluded,
    rules: rulesOf(found.value),
    skipped: made.skipped,
    liveFailures: [],
    needs: [],
    bypass: { who: [], total: 0, exemptions: [], unknown: 'No scan is chosen.' },
    files: files.map(({ name }) => name),
    commands: commandsFor(files, folder),
    folder,
  });
}

const rulesOf = ({ made, policy }: Planned): DeepReadonly<EnforcePreview['rules']> =>
  made.rules.map((rule) => ({
    rule: rule.rule,
    title: rule.title,
    severity: rule.severity,
    mode: policyMode(policy, rule.rule),
    actions: rule.actions,
    operations: rule.match.operations,
    failurePolicy: rule.failurePolicy,
    message: rule.message,
    minimumKubernetes: `1.${rule.minimumMinor}`,
    ...(rule.narrowed === undefined ? {} : { narrowed: rule.narrowed }),
    waivers: rule.waivers.map(({ id, reason, expires }) => ({ id, reason, ...(expires === undefined ? {} : { expires }) })),
    waiversLeftOut: rule.waiversLeftOut.map(({ waiver, why }) => ({ id: waiver.id, reason: waiver.reason, why })),
  }));

const noFile = (name: string): AppError =>
  invalidInput(`The export has no file '${name}'.`, 'name', 'The preview lists its files.', 'Choose one of them.');

const notAbsolute = (folder: string): AppError =>
  invalidInput(
    `'${folder}' is no whole path.`,
    'folder',
    'Nobody can tell from where it is meant.',
    'Begin it at the root of the file system.',
  );
