import { STAGES } from '#core/policy/model.ts';
import type { Stage } from '#core/policy/model.ts';
import type { Binding, Workspace } from '#core/workspace/model.ts';

/** A cell of product × environment in one stage. Without a product it is a column's, without either the organisation's own. */
export interface Cell {
  readonly product?: string;
  readonly environment?: string;
  readonly stage: Stage;
  readonly policy?: string;
  /** The cell's own binding, or the one that stands in for it. */
  readonly from?: 'cell' | 'product' | 'environment' | 'organisation';
}

/** All cells: the organisation's, each environment's, each product's, each product in each environment; environments in their order. */
export function matrixCells({
  products,
  environments,
  bindings,
}: Pick<Workspace, 'products' | 'environments' | 'bindings'>): readonly Cell[] {
  const rows = [undefined, ...products.map(({ name }) => name)];
  const columns = [undefined, ...inOrder(environments).map(({ name }) => name)];
  return rows.flatMap((product) =>
    columns.flatMap((environment) => STAGES.map((stage) => cellOf(bindings, product, environment, stage))),
  );
}

export const inOrder = <T extends { readonly order: number; readonly name: string }>(environments: readonly T[]): readonly T[] =>
  environments.toSorted((left, right) => left.order - right.order || (left.name < right.name ? -1 : 1));

function cellOf(bindings: readonly Binding[], product: string | undefined, environment: string | undefined, stage: Stage): Cell {
  const cell = {
    ...(product === undefined ? {} : { product }),
    ...(environment === undefined ? {} : { environment }),
    stage,
  };
  const layers = [
    { from: 'cell', product, environment },
    { from: 'product', product, environment: undefined },
    { from: 'environment', product: undefined, environment },
    { from: 'organisation', product: undefined, environment: undefined },
  ] as const;
  for (const layer of layers) {
    const bound = bindings.find(
      (binding) =>
        binding.product === layer.product && binding.environment === layer.environment && binding.policies[stage] !== undefined,
    );
    const policy = bound?.policies[stage];
    if (policy !== undefined) return { ...cell, policy, from: layer.from };
  }
  return cell;
}

/** Every pair of baseline and strict that stands together somewhere: in one binding, or in one cell. */
export function policyPairs(
  workspace: Pick<Workspace, 'products' | 'environments' | 'bindings'>,
): readonly { readonly baseline: string; readonly strict: string }[] {
  const pairs = new Map<string, { baseline: string; strict: string }>();
  const add = ({ baseline, strict }: { readonly baseline?: string; readonly strict?: string }): void => {
    if (baseline !== undefined && strict !== undefined) pairs.set(`${baseline} ${strict}`, { baseline, strict });
  };
  for (const { policies } of workspace.bindings) add(policies);
  const cells = matrixCells(workspace);
  for (let index = 0; index < cells.length; index += STAGES.length) {
    const at = cells.slice(index, index + STAGES.length);
    add(Object.fromEntries(at.flatMap(({ stage, policy }) => (policy === undefined ? [] : [[stage, policy]]))));
  }
  return [...pairs.values()];
}
