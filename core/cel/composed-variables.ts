import { LibraryValue, reserveFields, type CelObject } from './values.ts';

/** The name under which composed variables are read. */
export const COMPOSED = 'variables';

/** What the name alone gives. The API server's is no value of CEL's either: it answers no field, no operator. */
class ComposedVariables extends LibraryValue {
  readonly typeName = `kubernetes.${COMPOSED}`;
  equals(other: CelObject): boolean {
    return this === other;
  }
  override toString(): string {
    return COMPOSED;
  }
}

export const VARIABLES = new ComposedVariables();
reserveFields(VARIABLES);
