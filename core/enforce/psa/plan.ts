import { psaLabels } from '#core/enforce/psa/labels.ts';
import type { PsaLabels } from '#core/enforce/psa/labels.ts';
import { standingOf } from '#core/enforce/psa/standing.ts';
import type { NamespaceFacts, Standing } from '#core/enforce/psa/standing.ts';
import { namespacePattern } from '#core/policy/scope.ts';

export interface PsaOptions {
  /** Minor of the version that the labels pin: 36 for 1.36. */
  readonly minor: number;
  /** Names and patterns of namespaces that are left alone. */
  readonly excludedNamespaces: readonly string[];
  /** Labels of Namespace objects, by name. */
  readonly present: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export interface PsaNamespace {
  readonly name: string;
  readonly standing: Standing;
  /** Absent where nothing is known to be met. */
  readonly labels?: PsaLabels;
}

export interface PsaPlan {
  readonly minor: number;
  readonly excludedNamespaces: readonly string[];
  /** In order of name, without those that are left alone. */
  readonly namespaces: readonly PsaNamespace[];
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What Pod Security Admission can be told about each namespace without refusing anything that is there. */
export function psaPlan(facts: readonly NamespaceFacts[], { minor, excludedNamespaces, present }: PsaOptions): PsaPlan {
  const excluded = excludedNamespaces.map((pattern) => namespacePattern(pattern));
  return {
    minor,
    excludedNamespaces,
    namespaces: facts
      .filter(({ name }) => !excluded.some((fits) => fits(name)))
      .map((one) => {
        const standing = standingIn(one, minor, present);
        if (standing.type !== 'meets') return { name: one.name, standing };
        return { name: one.name, standing, labels: psaLabels(standing.level, minor, present.get(one.name) ?? {}) };
      }),
  };
}

function standingIn(facts: NamespaceFacts, minor: number, present: PsaOptions['present']): Standing {
  if (!NAME.test(facts.name)) return { type: 'unknown', why: 'no namespace can have this name' };
  // Without its labels nobody knows whether new ones would make it milder.
  if (!present.has(facts.name)) return { type: 'unknown', why: 'its labels were not read' };
  return standingOf(facts, minor);
}
