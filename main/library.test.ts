import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lintLibrary } from '#core/rules/lint.ts';
import { issueText } from '#core/rules/load.ts';
import type { Library } from '#core/rules/model.ts';
import { loadShippedLibrary, readLibrary } from '#main/library.ts';

function shipped(): Library {
  const result = loadShippedLibrary();
  if (!result.ok) throw new Error(result.error.map(issueText).join('\n'));
  return result.value;
}

const library = shipped();
const ofDatree = library.rules.filter(({ aliases }) => aliases['datree'] !== undefined);
const on = (name: string): readonly string[] => Object.keys(library.policies.find((policy) => policy.name === name)?.rules ?? {});

describe('the library that ships', () => {
  it("has the 44 rules of Datree's Default and Starter policies, and both policies", () => {
    expect(on('datree-default')).toHaveLength(21);
    expect(on('datree-starter')).toHaveLength(34);
    expect(new Set([...on('datree-default'), ...on('datree-starter')])).toEqual(new Set(ofDatree.map(({ id }) => id)));
  });

  it('has the 19 controls of the Pod Security Standards, four of which were there already', () => {
    expect(library.rules).toHaveLength(59);
    const controls = library.rules.filter(({ frameworks }) =>
      frameworks.some(({ id, control }) => id === 'PSS' && control !== undefined),
    );
    expect(controls).toHaveLength(19);
    expect(controls.filter((rule) => ofDatree.includes(rule))).toHaveLength(4);
    expect(on('pss-baseline')).toHaveLength(12);
    expect(on('pss-restricted')).toHaveLength(18);
  });

  it('is sound: `npm run rules:check` finds nothing', () => {
    expect(lintLibrary(library).map(issueText)).toEqual([]);
  });

  it('has one rule for each Datree key, and says how it differs', () => {
    expect(ofDatree).toHaveLength(44);
    for (const rule of ofDatree) {
      expect(rule.aliases['datree'], rule.id).toHaveLength(1);
      expect(rule.differs, rule.id).toBeTypeOf('string');
    }
  });

  it('holds no secret in a form that a scanner would take for a leak', () => {
    const folder = fileURLToPath(new URL('../resources/rules/secrets', import.meta.url));
    for (const rule of library.rules.filter(({ category }) => category === 'secrets')) {
      const text = readFileSync(join(folder, `${rule.id}.yaml`), 'utf8');
      expect(text, rule.id).not.toMatch(
        /(AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{36}|glpat-\w{20}|sk_live_\w{20}|npm_\w{36}|AIza[\w-]{35}|eyJ[\w-]{14,}\.eyJ/,
      );
    }
  });

  it('says what is wrong with a folder that is not there', () => {
    const result = readLibrary('/nonexistent');
    expect(result.ok ? [] : result.error.map(({ file }) => file)).toEqual(['matchers.yaml', 'defaults.yaml']);
  });
});
