import type { PolicyImport } from '#core/api/policies.ts';
import { importAnswer } from '#core/datree/answer.ts';
import type { DatreeImport } from '#core/datree/import.ts';
import type { AppError } from '#core/model.ts';
import { nearest } from '#core/nearest.ts';
import { isReserved } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import type { PolicyDocument } from '#core/policy/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Rule } from '#core/rules/model.ts';
import type { Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { newPolicy } from '#main/services/policies.ts';
import { parseDocuments } from '#main/workspace/documents.ts';
import { rawOf } from '#main/workspace/edit.ts';
import type { DocumentEdit } from '#main/workspace/edit.ts';
import { readPart } from '#main/workspace/parts.ts';
import { textHash } from '#main/workspace/read-files.ts';
import { blockText } from '#main/workspace/yaml-text.ts';

type Import = Parameters<Services['policies']['import']>[0];

/** Policies as text: Datree's policies.yaml, and files of ours. */
export function policyFilesService(context: ServiceContext): Pick<Services['policies'], 'import' | 'export' | 'compare'> {
  return {
    import: async (input) => (input.format === 'datree' ? importDatreeText(context, input) : importOwnText(context, input)),
    compare: async ({ paths, rules }) => {
      const { comparisonAnswer, compareWithDatree } = await import('#main/datree/compare.ts');
      const compared = await compareWithDatree(paths, context.library, {
        env: context.env,
        ...(rules === undefined ? {} : { rules }),
      });
      return compared.ok ? ok(comparisonAnswer(compared.value)) : compared;
    },
    export: async ({ names, format }) => {
      const found: EffectivePolicy[] = [];
      for (const name of names) {
        const policy = context.workspace.find(name);
        if (!policy.ok) return policy;
        found.push(policy.value);
      }
      if (format === 'plimsoll') return ok(ownText(context, found));
      const { readPoliciesYaml, writePoliciesYaml } = await import('#main/datree/index.ts');
      const read = (text: string) => readPoliciesYaml(text, context.library, { tolerant: true });
      const written = writePoliciesYaml(found, context.library, { kept: keptImports(context, found, read) });
      return ok({ text: written.text, notes: written.notes });
    },
  };
}

const isTaken = ({ workspace, library }: ServiceContext, name: string): boolean => {
  const { places, broken } = workspace.now().read;
  return isReserved(library, name) || [...places, ...broken].some((one) => one.kind === 'Policy' && one.name === name);
};

/** The file itself is kept below imports/: nothing of it is lost, whatever we make of it. */
async function importDatreeText(context: ServiceContext, input: Import): Promise<Result<PolicyImport, AppError>> {
  const { readPoliciesYaml } = await import('#main/datree/index.ts');
  const taken = (name: string): boolean => isTaken(context, name);
  const found: DatreeImport = readPoliciesYaml(input.text, context.library, { tolerant: input.tolerant, taken });
  const answer = (applied: boolean) => ok(importAnswer(found, 'policies.yaml', applied));
  if (!input.apply || found.policies.length === 0 || hasError(found)) return answer(false);
  const file = `imports/datree-${textHash(input.text).slice(0, 8)}.yaml`;
  const edits: readonly DocumentEdit[] = [
    ...found.policies.map(({ document }) => newPolicy(document.name, document)),
    { type: 'keep', file, text: input.text },
  ];
  const applied = await apply(
    context,
    input,
    found.policies.map(({ document }) => document.name),
    edits,
  );
  return applied.ok ? answer(true) : applied;
}

async function apply(context: ServiceContext, { reason }: Import, names: readonly string[], edits: readonly DocumentEdit[]) {
  const cause = { kind: 'import' as const, ...(reason === undefined || reason === '' ? {} : { reason }) };
  return context.workspace.change({ what: `Imported ${names.join(', ')}`, edits, cause });
}

/** What these policies came from in Datree's files: its custom rules, and its rules that we do not have, go out again. */
function keptImports(
  { workspace }: ServiceContext,
  policies: readonly EffectivePolicy[],
  read: (text: string) => DatreeImport,
): Pick<DatreeImport, 'policies' | 'customRules'> {
  const imports = [...workspace.now().read.files.values()].filter(({ file }) => file.startsWith('imports/'));
  const matching = imports.map(({ text }) => {
    const found = read(text);
    const own = policies.flatMap((policy) =>
      found.policies
        .filter(({ document }) => cameFrom(policy, document))
        .map((one) => ({ ...one, document: { ...one.document, name: policy.name } })),
    );
    return { policies: own, customRules: own.length === 0 ? [] : found.customRules };
  });
  return {
    policies: matching.flatMap((one) => one.policies),
    customRules: matching.flatMap((one) => one.customRules),
  };
}

/** Where its name was taken, the policy got a number behind it, and the old name as its title. */
const cameFrom = ({ name, title }: EffectivePolicy, document: PolicyDocument): boolean =>
  name === document.name ||
  (title === document.title && name.startsWith(`${document.name}-`) && /^\d+$/.test(name.slice(document.name.length + 1)));

const hasError = ({ problems }: { readonly problems: readonly { readonly severity: string }[] }): boolean =>
  problems.some(({ severity }) => severity === 'error');

async function importOwnText(context: ServiceContext, input: Import): Promise<Result<PolicyImport, AppError>> {
  const file = 'policy.yaml';
  const parsed = parseDocuments({ file, text: input.text, hash: '' });
  const read = parsed.documents.map((document) => readPart(document));
  const policies = read.flatMap(({ read: one }) =>
    one?.part?.kind === 'Policy' ? [{ document: one.document, policy: one.part.value }] : [],
  );
  const collisions = policies.flatMap(({ document, policy: { name } }) =>
    isTaken(context, name)
      ? [
          {
            file,
            ...document.at(['name']),
            path: 'name',
            severity: 'error' as const,
            message: `There is a policy '${name}' already.`,
            next: 'Give it another name.',
          },
        ]
      : [],
  );
  const problems = [...parsed.problems, ...read.flatMap(({ problems: own }) => own), ...collisions];
  const rules = new Map(context.library.rules.map((rule) => [rule.id, rule]));
  const answer = (applied: boolean) =>
    ok({
      policies: policies.map(({ policy }) => ({
        name: policy.name,
        as: policy.name,
        isDefault: false,
        rules: ruleRows(policy, rules),
      })),
      notEvaluated: policies.flatMap(({ policy }) => unknownRules(policy, rules)),
      problems: [...problems],
      applied,
    });
  if (policies.length === 0 && !hasError({ problems })) return err(nothingToImport());
  if (!input.apply || policies.length === 0 || hasError({ problems })) return answer(false);
  const edits = policies.map(({ policy }) => newPolicy(policy.name, policy));
  const applied = await apply(
    context,
    input,
    policies.map(({ policy }) => policy.name),
    edits,
  );
  return applied.ok ? answer(true) : applied;
}

const ruleRows = ({ rules }: PolicyDocument, known: ReadonlyMap<string, Rule>) =>
  Object.entries(rules).map(([identifier, setting]) => {
    const rule = known.get(identifier);
    const message = setting.message ?? rule?.message ?? '';
    return {
      identifier,
      message,
      enabled: setting.mode !== 'off',
      ...(rule === undefined ? {} : { rule: rule.id, title: rule.title }),
    };
  });

const unknownRules = ({ rules }: PolicyDocument, known: ReadonlyMap<string, Rule>) =>
  Object.keys(rules)
    .filter((id) => !known.has(id))
    .map((identifier) => ({
      identifier,
      why: 'The library has no rule of that name.',
      nearest: nearest(identifier, [...known.keys()]),
    }));

/** Each policy as its own file says it; what ships is written out. */
function ownText({ workspace }: ServiceContext, policies: readonly EffectivePolicy[]) {
  const { read } = workspace.now();
  const names = new Set(policies.map(({ name }) => name));
  const notes = policies.flatMap(({ name, chain: [, above] }) =>
    above === undefined || names.has(above) || read.content.policies.every((document) => document.name !== above)
      ? []
      : [`'${name}' extends '${above}', which is not among them.`],
  );
  const texts = policies.map((policy) => {
    const place = read.places.find(({ kind, name }) => kind === 'Policy' && name === policy.name);
    if (place !== undefined) return blockText(rawOf(read.files.get(place.file)?.text ?? '', place));
    const edit = newPolicy(policy.name, policy);
    const fields = edit.type === 'put' ? edit.next({}) : {};
    return blockText({ apiVersion: 'plimsoll.dev/v1', kind: 'Policy', ...fields });
  });
  return { text: texts.join('---\n'), notes };
}

const nothingToImport = (): AppError => ({
  code: 'invalidInput',
  what: 'There is no policy in it.',
  where: 'the text',
  why: 'None of its documents has apiVersion plimsoll.dev/v1 and kind Policy.',
  next: "Choose another file; a policies.yaml of Datree is imported as 'datree'.",
});
