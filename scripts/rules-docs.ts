/** `node scripts/rules-docs.ts` writes docs/rules/: one page per category and an index, made from the rule files alone. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueText } from '#core/rules/load.ts';
import { CATEGORIES } from '#core/rules/model.ts';
import type { Category, Framework, Library, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

export interface Page {
  readonly name: string;
  readonly text: string;
}

export const docsFolder = (): string => fileURLToPath(new URL('../docs/rules', import.meta.url));

const TITLES: Readonly<Record<Category, string>> = {
  'pod-security': 'Pod security',
  resources: 'Resources',
  images: 'Images',
  health: 'Health',
  networking: 'Networking',
  access: 'Access',
  reliability: 'Reliability',
  configuration: 'Configuration',
  secrets: 'Secrets',
  'api-lifecycle': 'API lifecycle',
};

const NOTE = '<!-- Made by scripts/rules-docs.ts from resources/rules/. Edit the rules, not this page. -->\n';

/** All pages of a library. The same library gives the same text. */
export function pagesOf(library: Library): readonly Page[] {
  const used = CATEGORIES.filter((category) => library.rules.some((rule) => rule.category === category));
  return [
    { name: 'README.md', text: indexPage(library, used) },
    ...used.map((category) => ({ name: `${category}.md`, text: categoryPage(library, category) })),
  ];
}

function indexPage(library: Library, categories: readonly Category[]): string {
  const parts = [NOTE, `# Rules\n\n${library.rules.length} rules.\n`];
  for (const category of categories) {
    const rows = rulesOf(library, category).map(
      (rule) => `- [${rule.id}](${category}.md#${rule.id}): ${rule.title} (${rule.severity}; ${datreeKeys(rule)})`,
    );
    parts.push(`## [${TITLES[category]}](${category}.md)\n\n${rows.join('\n')}\n`);
  }
  return parts.join('\n');
}

const rulesOf = (library: Library, category: Category): readonly Rule[] =>
  library.rules.filter((rule) => rule.category === category);

const categoryPage = (library: Library, category: Category): string =>
  [NOTE, `# ${TITLES[category]}\n`, ...rulesOf(library, category).map((rule) => ruleSection(rule, library))].join('\n');

function ruleSection(rule: Rule, library: Library): string {
  const inPolicies = library.policies
    .filter((policy) => (policy.rules[rule.id]?.mode ?? 'off') !== 'off')
    .map(({ name }) => name);
  const facts: readonly (readonly [string, string])[] = [
    ['severity', rule.severity],
    ['effort', rule.effort],
    ['judges', rule.forEach === undefined ? rule.match : `each of ${rule.forEach} of ${rule.match}`],
    ['points at', rule.field === '' ? 'the element itself' : `\`${rule.field}\``],
    ['policies', inPolicies.join(', ')],
    ['frameworks', rule.frameworks.map(frameworkText).join(', ')],
    [
      'also known as',
      Object.keys(rule.aliases)
        .toSorted()
        .map((tool) => `${tool}: ${(rule.aliases[tool] ?? []).join(', ')}`)
        .join('; '),
    ],
  ];
  return [
    `## ${rule.id}\n`,
    `**${rule.title}.** ${rule.why}\n`,
    `${rule.remediation}\n`,
    ...facts.filter(([, value]) => value !== '').map(([name, value]) => `- ${name}: ${value}`),
    '',
    ...(rule.when === undefined ? [] : ['Applies when:\n', code('cel', rule.when)]),
    'Demands:\n',
    code('cel', rule.require),
    ...(rule.differs === undefined ? [] : [`Differs from Datree: ${plain(rule.differs)}\n`]),
    'Examples:\n',
    ...exampleLines(rule),
    '',
    `Read more: ${rule.references.map((address) => `<${address}>`).join(', ')}\n`,
  ].join('\n');
}

/** Names and findings only: the objects are in the rule's file, where made-up secrets are written so that scanners stay calm. */
function exampleLines(rule: Rule): readonly string[] {
  const { pass, notApplicable, error, fail } = rule.examples;
  return [
    ...pass.map(({ name }) => `- passes: ${name}`),
    ...notApplicable.map(({ name }) => `- is not applicable: ${name}`),
    ...error.map(({ name }) => `- cannot be judged: ${name}`),
    ...fail.map(({ name, findings }) => `- fails: ${name} (${findings.map((path) => `\`${path}\``).join(', ')})`),
  ];
}

const frameworkText = ({ id, version, level, control }: Framework): string =>
  [id, version, level, control].filter((part) => part !== undefined).join(' ');

/** Text that must not become markup. */
const plain = (text: string): string => text.replaceAll('*', String.raw`\*`);

const code = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\`\n`;

const datreeKeys = (rule: Rule): string => `Datree: ${(rule.aliases['datree'] ?? ['none']).join(', ')}`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const library = loadShippedLibrary();
  if (library.ok) {
    mkdirSync(docsFolder(), { recursive: true });
    for (const { name, text } of pagesOf(library.value)) writeFileSync(join(docsFolder(), name), text);
  } else {
    for (const issue of library.error) console.error(issueText(issue));
    process.exitCode = 1;
  }
}
