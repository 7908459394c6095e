import type { Run } from '#core/api/common.ts';
import type { BindingInput, WorkspaceView } from '#core/api/workspace.ts';
import { useQuery } from '../../state/query.ts';
import { plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { usePolicies } from '../overview/PolicyPicker.tsx';
import { ChoiceCell, Part, ReadCell } from './Part.tsx';
import { labelsText, listText, readLabels, readList } from './rows.ts';

/** Which policy governs which objects; what that means on the scan at hand is shown before it is saved. */
export function Bindings({ view, run }: { readonly view: WorkspaceView; readonly run: Run | undefined }) {
  return (
    <Part
      view={view}
      title="Bindings"
      note="Which policies govern what. The closer one counts: product and environment, then one of them, then neither."
      add="Binding"
      rows={view.bindings}
      fresh={{ policies: {} }}
      save={(bindings) => ({ bindings: bindings.map((binding) => ({ ...binding })) })}
      row={(binding, put) => <BindingRow view={view} binding={binding} onPut={put} />}
      foot={(bindings) => (run === undefined ? null : <Preview bindings={bindings} run={run} />)}
    />
  );
}

/** The same binding with a field set, or taken away where the value is empty. */
function withField<K extends keyof BindingInput>(
  binding: BindingInput,
  field: K,
  value: BindingInput[K] | undefined,
): BindingInput {
  const { [field]: _dropped, ...rest } = binding;
  const isEmpty = value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
  // The field's own type is given back to it.
  return (isEmpty ? rest : { ...rest, [field]: value }) as BindingInput;
}

function BindingRow({
  view,
  binding,
  onPut,
}: {
  readonly view: WorkspaceView;
  readonly binding: BindingInput;
  readonly onPut: (next: BindingInput) => void;
}) {
  const policies = (usePolicies().data ?? []).map(({ name }) => name);
  const setPolicy = (stage: 'baseline' | 'strict', value: string | undefined): void => {
    const { [stage]: _dropped, ...rest } = binding.policies;
    onPut({ ...binding, policies: value === undefined ? rest : { ...rest, [stage]: value } });
  };
  return (
    <>
      {(['baseline', 'strict'] as const).map((stage) => (
        <ChoiceCell
          key={stage}
          title={stage === 'baseline' ? 'Baseline' : 'Strict'}
          label={`${stage} policy`}
          value={binding.policies[stage]}
          none="none"
          choices={policies}
          onChange={(value) => setPolicy(stage, value)}
        />
      ))}
      <ChoiceCell
        title="Product"
        label="Product"
        value={binding.product}
        none="all"
        choices={view.products.map(({ name }) => name)}
        onChange={(value) => onPut(withField(binding, 'product', value))}
      />
      <ChoiceCell
        title="Environment"
        label="Environment"
        value={binding.environment}
        none="all"
        choices={view.environments.map(({ name }) => name)}
        onChange={(value) => onPut(withField(binding, 'environment', value))}
      />
      <ReadCell
        label="Sources"
        value={binding.sources}
        text={listText}
        read={(text) => readList(text)}
        placeholder="all"
        onChange={(sources) => onPut(withField(binding, 'sources', sources))}
      />
      <ReadCell
        label="Namespaces"
        value={binding.namespaces}
        text={listText}
        read={(text) => readList(text)}
        placeholder="shop, shop-*"
        onChange={(namespaces) => onPut(withField(binding, 'namespaces', namespaces))}
      />
      <ReadCell
        label="Not in"
        value={binding.exceptNamespaces}
        text={listText}
        read={(text) => readList(text)}
        placeholder="kube-*"
        onChange={(namespaces) => onPut(withField(binding, 'exceptNamespaces', namespaces))}
      />
      <ReadCell
        label="Object labels"
        value={binding.labels}
        text={labelsText}
        read={readLabels}
        placeholder="team=payments"
        onChange={(labels) => onPut(withField(binding, 'labels', labels))}
      />
    </>
  );
}

function Preview({ bindings, run }: { readonly bindings: readonly BindingInput[]; readonly run: Run }) {
  const whole = bindings.filter((binding) => Object.keys(binding.policies).length > 0);
  const preview = useQuery({
    key: whole.length === 0 ? null : ['bindings', run.id, whole],
    ask: (client, signal) => client.workspace.preview({ scanId: run.id, bindings: [...whole] }, { signal }),
    keep: true,
  });
  const { data } = preview;
  if (data === undefined) return null;
  return (
    <div className="part-preview small" role="status">
      <span className="second">On scan #{run.number}:</span>
      {data.bindings.map((binding, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- in the order of the rows
        <span key={index}>
          row {index + 1} governs {plural(binding.objects, 'object')} in {plural(binding.namespaces.length, 'namespace')}
        </span>
      ))}
      {data.none.objects === 0 ? (
        <span className="gain">nothing is left over</span>
      ) : (
        <span className="loss">
          {plural(data.none.objects, 'object')} governed by none, in {names(data.none.namespaces)}
        </span>
      )}
      {data.twice.map((entry) => (
        <span key={`${entry.namespace} ${entry.bindings.join()}`} className="loss">
          {plural(entry.objects, 'object')} in {safe(entry.namespace === '' ? 'no namespace' : entry.namespace)} governed by rows{' '}
          {entry.bindings.map((index) => index + 1).join(' and ')}
        </span>
      ))}
    </div>
  );
}

function names(namespaces: readonly string[]): string {
  const shown = namespaces.slice(0, 4).map((name) => safe(name === '' ? 'no namespace' : name));
  return `${shown.join(', ')}${namespaces.length > 4 ? ` and ${namespaces.length - 4} more` : ''}`;
}
