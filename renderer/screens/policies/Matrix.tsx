import { useState } from 'react';
import type { PolicyMatrix, PolicySummary } from '#core/api/policies.ts';
import type { BindingInput } from '#core/api/workspace.ts';
import { plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Button } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { Select } from '../../ui/Select.tsx';
import { Problem } from '../../ui/states.tsx';
import { useSaveWorkspace, useWorkspace } from '../../state/workspace.ts';
import { useSaid } from '../../state/undo.ts';

type Cell = PolicyMatrix['cells'][number];
interface Place {
  readonly product?: string | undefined;
  readonly environment?: string | undefined;
}

const SHARED = { product: 'of the product', environment: 'of the environment', organisation: 'shared' } as const;

/** Product by environment; each cell says which policies govern it, and whether they are its own. */
export function Matrix({
  matrix,
  policies,
  selected,
  onOpen,
}: {
  readonly matrix: PolicyMatrix;
  readonly policies: readonly PolicySummary[];
  readonly selected: string | undefined;
  readonly onOpen: (name: string) => void;
}) {
  const [choosing, setChoosing] = useState<Place>();
  const products = matrix.products.length === 0 ? [undefined] : matrix.products;
  const environments = matrix.environments.length === 0 ? [undefined] : matrix.environments;
  return (
    <section className="panel policies-matrix" aria-label="Matrix">
      <table>
        <thead>
          <tr>
            <th scope="col">Product</th>
            {environments.map((environment) => (
              <th key={environment?.name ?? ''} scope="col">
                {environment === undefined ? 'everywhere' : safe(environment.name)}{' '}
                {environment?.production === true && environment.name !== 'production' ? (
                  <span className="tag">production</span>
                ) : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {products.map((product) => (
            <tr key={product ?? ''}>
              <th scope="row">{product === undefined ? 'all products' : safe(product)}</th>
              {environments.map((environment) => {
                const place = { product, environment: environment?.name };
                const cells = matrix.cells.filter(
                  (cell) => cell.product === place.product && cell.environment === place.environment && cell.policy !== undefined,
                );
                return (
                  <td key={environment?.name ?? ''}>
                    {cells.length === 0 ? (
                      <span className="muted small">No policy. Nothing is demanded here. </span>
                    ) : (
                      cells.map((cell) => <CellLine key={cell.stage} cell={cell} selected={selected} onOpen={onOpen} />)
                    )}
                    <button type="button" className="link small" onClick={() => setChoosing(place)}>
                      {cells.length === 0 ? 'Choose…' : 'Change…'}
                      <span className="sr-only">
                        {' '}
                        for {product ?? 'all products'} in {environment?.name ?? 'every environment'}
                      </span>
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {choosing === undefined ? null : (
        <ChooseDialog place={choosing} policies={policies} onClose={() => setChoosing(undefined)} />
      )}
    </section>
  );
}

function CellLine({
  cell,
  selected,
  onOpen,
}: {
  readonly cell: Cell;
  readonly selected: string | undefined;
  readonly onOpen: (name: string) => void;
}) {
  const { policy = '' } = cell;
  return (
    <button
      type="button"
      className={policy === selected ? 'policies-cell policies-on' : 'policies-cell'}
      aria-current={policy === selected}
      onClick={() => onOpen(policy)}
    >
      <span>
        <strong className="strong">{safe(policy)}</strong>{' '}
        {cell.revision === undefined ? null : <span className="muted">r{cell.revision}</span>}
      </span>
      <span className="small">
        <span className={`tag stage-${cell.stage}`}>{cell.stage}</span> {plural(cell.rules ?? 0, 'rule')}
        {cell.failing === undefined || cell.failing === 0 ? null : <span className="loss"> {cell.failing} fail</span>}
        {cell.from === undefined || cell.from === 'cell' ? null : <span className="muted"> {SHARED[cell.from]}</span>}
      </span>
    </button>
  );
}

/** Binds policies of both stages to one cell: an edit of the workspace file. */
function ChooseDialog({
  place,
  policies,
  onClose,
}: {
  readonly place: Place;
  readonly policies: readonly PolicySummary[];
  readonly onClose: () => void;
}) {
  const workspace = useWorkspace();
  const { save, problem, saving } = useSaveWorkspace();
  const said = useSaid();
  const bindings = workspace.data?.bindings ?? [];
  const at = bindings.findIndex(
    (binding) => binding.product === place.product && binding.environment === place.environment && isPlain(binding),
  );
  const [chosen, setChosen] = useState(() => ({
    baseline: bindings[at]?.policies.baseline ?? '',
    strict: bindings[at]?.policies.strict ?? '',
  }));
  const submit = async (): Promise<void> => {
    if (workspace.data === undefined) return;
    const named = {
      ...(chosen.baseline === '' ? {} : { baseline: chosen.baseline }),
      ...(chosen.strict === '' ? {} : { strict: chosen.strict }),
    };
    const next: BindingInput = {
      policies: named,
      ...(place.product === undefined ? {} : { product: place.product }),
      ...(place.environment === undefined ? {} : { environment: place.environment }),
    };
    const others = bindings.filter((_, index) => index !== at);
    const list = Object.keys(named).length === 0 ? others : at === -1 ? [...bindings, next] : bindings.with(at, next);
    const change = await save({ hash: workspace.data.hash, bindings: [...list] });
    if (change === undefined) return;
    said(change);
    onClose();
  };
  const choices = policies.map((policy) => ({ value: policy.name, label: `${policy.name} (${policy.rules})` }));
  return (
    <Dialog
      open
      onClose={onClose}
      size="small"
      title={`${place.product ?? 'All products'} in ${place.environment ?? 'every environment'}`}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={saving} onClick={() => void submit()}>
            Save
          </Button>
        </>
      }
    >
      {problem === undefined ? null : <Problem error={problem} />}
      <div className="policies-form">
        {(['baseline', 'strict'] as const).map((stage) => (
          <div key={stage} className="policies-field">
            <span>{stage === 'baseline' ? 'Baseline: must hold today' : 'Strict: what new things must meet'}</span>
            <Select
              look="wide"
              label={stage}
              value={chosen[stage]}
              all="none of its own"
              onChange={(value) => setChosen({ ...chosen, [stage]: value })}
              choices={choices}
            />
          </div>
        ))}
      </div>
    </Dialog>
  );
}

/** A binding of the cell as such, without further conditions: those are edited in the Workspace. */
const isPlain = ({ policies: _policies, product: _product, environment: _environment, ...rest }: BindingInput): boolean =>
  Object.keys(rest).length === 0;
