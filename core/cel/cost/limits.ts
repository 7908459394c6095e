/** Limits of the API server's runtime cost (k8s.io/apiserver/pkg/apis/cel/config.go), in its units. */

/** One expression; each composed variable counts as an expression of its own. */
export const EXPRESSION_COST_LIMIT = 1_000_000;
/** All of one binding: validations, the variables they use, message expressions, audit annotations. */
export const BINDING_COST_LIMIT = 10_000_000;
/** All match conditions of one binding or webhook. */
export const MATCH_CONDITIONS_COST_LIMIT = 2_500_000;

const figure = new Intl.NumberFormat('en-US');

/** A cost as messages write it: `1,000,000`. */
export const formatCost = (cost: number): string => figure.format(cost);

/** What an evaluation that costs too much says. */
export const overLimit = (limit: number): string => `the expression costs more than the limit of ${formatCost(limit)}`;

/** What every expression says once those that share a limit have used it up. */
export const overShared = (limit: number): string =>
  `the expressions that share a limit of ${formatCost(limit)} cost more than that: the API server evaluates no more of them and fails the request`;

/**
 * A cost that several expressions share, as those of one binding do. The API server stops at the first expression that exceeds it
 * and the request fails as a whole, whatever the other expressions say.
 */
export class CostBudget {
  readonly limit: number;
  #spent = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get spent(): number {
    return this.#spent;
  }

  get left(): number {
    return Math.max(0, this.limit - this.#spent);
  }

  get exceeded(): boolean {
    return this.#spent > this.limit;
  }

  /** Takes a cost; false where the budget does not have it. */
  charge(cost: number): boolean {
    this.#spent += cost;
    return !this.exceeded;
  }
}
