import type { LibraryIssue } from '#core/rules/load.ts';
import { MESSAGE_LIMIT, MESSAGE_VARIABLES, messageNames, paramTexts, renderMessage } from '#core/rules/message.ts';
import type { Library, Matchers, Rule } from '#core/rules/model.ts';

/** Names as clusters have them: not the shortest, not the longest. */
const TYPICAL = {
  name: 'checkout-service',
  namespace: 'shop-production',
  kind: 'StatefulSet',
  value: 'registry.example.com/shop:latest',
  container: 'checkout-service',
} as const;

/** Messages fit and use only what every host can fill in (decisions.md 18). */
export const messageIssues = (library: Library): readonly LibraryIssue[] =>
  library.rules.flatMap((rule) =>
    ruleMessageIssues(rule, library.matchers).map((message) => ({ file: rule.file, path: 'message', message })),
  );

function ruleMessageIssues(rule: Rule, matchers: Matchers): readonly string[] {
  const issues: string[] = [];
  const known = new Set<string>([...MESSAGE_VARIABLES, ...Object.keys(rule.params)]);
  for (const name of messageNames(rule.message)) {
    if (!known.has(name)) issues.push(`there is no variable '{{${name}}}'`);
  }
  if (messageNames(rule.message).includes('container') && !inContainer(rule.forEach, matchers)) {
    issues.push(`{{container}} stands for nothing: '${rule.forEach ?? 'object'}' does not lie in containers`);
  }
  const rendered = renderMessage(rule.message, { ...paramTexts(rule.params), ...TYPICAL, path: rule.field });
  if (rendered.length > MESSAGE_LIMIT) {
    issues.push(`is ${rendered.length} characters long with typical names, at most ${MESSAGE_LIMIT} fit: ${rendered}`);
  }
  return issues;
}

/** Whether a collection's elements are containers or lie in them. */
function inContainer(name: string | undefined, matchers: Matchers): boolean {
  const collection = name === undefined ? undefined : matchers.collections[name];
  if (collection === undefined || collection.type !== 'lists') return false;
  return collection.containers || inContainer(collection.in, matchers);
}
