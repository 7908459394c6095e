import { Document, isMap, isSeq, visit } from 'yaml';
import type { DatreeFile, DatreeRule } from '#core/datree/file.ts';
import { plainJson } from '#core/plain-json.ts';

/** A policies.yaml as text. Rules that are off stand in comments, from which a tolerant import reads them again. */
export function writeDatree(file: DatreeFile): string {
  // YAML 1.1 quotes what Datree's parser would take for a boolean.
  const content = {
    apiVersion: 'v1',
    policies: file.policies.map(({ name, isDefault, rules }) => ({
      name,
      ...(isDefault ? { isDefault } : {}),
      rules: rules.filter(({ enabled }) => enabled).map(entryOf),
    })),
    ...(file.customRules.length === 0
      ? {}
      : {
          customRules: file.customRules.map(({ identifier, name, message, source }) =>
            plainJson({ ...source, identifier, name, defaultMessageOnFailure: message }),
          ),
        }),
  };
  const document = textual(new Document(content, YAML));
  const policies = document.get('policies');
  if (isSeq(policies))
    policies.items.forEach((policy, index) => {
      const rules = isMap(policy) ? policy.get('rules') : undefined;
      const off = (file.policies[index]?.rules ?? []).filter(({ enabled }) => !enabled);
      if (isSeq(rules) && off.length > 0) rules.comment = off.map(commentOf).join('\n');
    });
  return document.toString(STYLE);
}

const YAML = { version: '1.1' } as const;
const STYLE = { lineWidth: 0 };

/** Parsers pass over underscores in numbers: to them `-_0` is one. */
function textual(document: Document): Document {
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && /^[-+]?[\d_]+$/.test(node.value)) node.type = 'QUOTE_SINGLE';
    },
  });
  return document;
}

const entryOf = ({ identifier, message }: DatreeRule) => ({ identifier, messageOnFailure: message });

function commentOf(rule: DatreeRule): string {
  const lines = textual(new Document([entryOf(rule)], YAML))
    .toString(STYLE)
    .trimEnd()
    .split('\n');
  return lines.map((line) => ` ${line}`).join('\n');
}
