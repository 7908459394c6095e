import type { LintContext } from '#core/workspace/lint-context.ts';
import { meant, WORKSPACE } from '#core/workspace/problem.ts';
import type { Problem } from '#core/workspace/problem.ts';

/** Who is who: names that are given twice, and names that lead nowhere. */
export function rosterProblems({ content: { workspace }, facts }: LintContext): readonly Problem[] {
  const { teams, products, environments, sources } = workspace;
  const names = (list: readonly { readonly name: string }[]): readonly string[] => list.map(({ name }) => name);
  const lost = (what: string, name: string | undefined, path: string, list: readonly { readonly name: string }[]): Problem[] =>
    name === undefined || names(list).includes(name) ? [] : [undefinedName(what, name, path, names(list))];
  return [
    ...Object.entries({ teams, products, environments, sources }).flatMap(([path, list]) => twiceNamed(path, names(list))),
    ...products.flatMap(({ team }, index) => lost('team', team, `products.${index}.team`, teams)),
    ...sources.flatMap(({ product, environment }, index) => [
      ...lost('product', product, `sources.${index}.product`, products),
      ...lost('environment', environment, `sources.${index}.environment`, environments),
    ]),
    ...(workspace.criteria.sources ?? []).flatMap((name, index) => {
      const known = [...names(sources), ...(facts.sources ?? [])];
      return known.includes(name) ? [] : [undefinedName('source', name, `criteria.sources.${index}`, known)];
    }),
  ];
}

export const undefinedName = (what: string, name: string, path: string, known: readonly string[]): Problem => ({
  document: WORKSPACE,
  path,
  severity: 'error',
  message: `the ${what} '${name}' is not defined`,
  ...meant(name, known),
});

const twiceNamed = (path: string, names: readonly string[]): readonly Problem[] =>
  names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          {
            document: WORKSPACE,
            path: `${path}.${index}.name`,
            severity: 'error' as const,
            message: `'${name}' is named twice`,
            next: 'Give one of them another name, or make one of both.',
          },
        ],
  );
