import type { Source } from '#core/api/scans.ts';
import type { WorkspaceView } from '#core/api/workspace.ts';
import { SOURCE_KINDS } from '#core/model.ts';
import { Button, Check } from '../../ui/controls.tsx';
import { copy } from '../../ui/toast.tsx';
import { Cell, ChoiceCell, Part, ReadCell } from './Part.tsx';
import { labelsText, linesText, listText, readLabels, readLines, readList } from './rows.ts';

interface ListProps {
  readonly view: WorkspaceView;
}

const NAME = String.raw`[a-z0-9]([\-a-z0-9]*[a-z0-9])?`;

export function Teams({ view }: ListProps) {
  return (
    <Part
      view={view}
      title="Teams"
      note="Who runs what, and what each needs to be allowed. An object's team is its label's value."
      add="Team"
      rows={view.teams}
      fresh={{ name: '', contacts: [], needs: [] }}
      save={(teams) => ({ teams: teams.map((team) => ({ ...team })) })}
      row={(team, put) => (
        <>
          <Cell label="Team" value={team.name} required onChange={(name) => put({ ...team, name })} />
          <ReadCell
            label="Contacts"
            value={team.contacts}
            text={listText}
            read={readList}
            placeholder="ada@shop.example"
            onChange={(contacts) => put({ ...team, contacts })}
          />
          <ReadCell
            label="Needs, one a line"
            value={team.needs}
            text={linesText}
            read={readLines}
            lines
            placeholder="hostPath for the log shipper"
            onChange={(needs) => put({ ...team, needs })}
          />
        </>
      )}
    />
  );
}

export function Products({ view }: ListProps) {
  return (
    <Part
      view={view}
      title="Products"
      note="The rows of the matrix of policies."
      add="Product"
      rows={view.products}
      fresh={{ name: '' }}
      save={(products) => ({ products: products.map((product) => ({ ...product })) })}
      row={(product, put) => (
        <>
          <Cell label="Product" value={product.name} required pattern={NAME} onChange={(name) => put({ ...product, name })} />
          <ChoiceCell
            title="Team"
            label="Team of the product"
            value={product.team}
            none="nobody yet"
            choices={view.teams.map(({ name }) => name)}
            onChange={(team) => {
              const { team: _dropped, ...rest } = product;
              put(team === undefined ? rest : { ...rest, team });
            }}
          />
        </>
      )}
    />
  );
}

export function Environments({ view }: ListProps) {
  return (
    <Part
      view={view}
      title="Environments"
      note="The columns of the matrix, in their order."
      add="Environment"
      rows={view.environments}
      fresh={{ name: '', order: view.environments.length + 1, production: false }}
      save={(environments) => ({
        environments: environments.map((environment, index) => ({ ...environment, order: index + 1 })),
      })}
      row={(environment, put) => (
        <>
          <Cell
            label="Environment"
            value={environment.name}
            required
            pattern={NAME}
            onChange={(name) => put({ ...environment, name })}
          />
          <span className="part-cell part-check">
            <Check checked={environment.production} onChange={(production) => put({ ...environment, production })}>
              production
            </Check>
          </span>
        </>
      )}
    />
  );
}

type Entry = WorkspaceView['sources'][number];

/** What scans of a source stand for: environment, product, labels, branches that count, and when it is scanned by itself. */
export function SourceEntries({ view, known }: ListProps & { readonly known: readonly Source[] }) {
  const missing = known.filter((source) => !view.sources.some((entry) => entry.name === source.name));
  const fresh: Entry = { name: missing[0]?.name ?? '', kind: missing[0]?.kind ?? 'cluster', labels: {}, branches: [] };
  return (
    <Part
      view={view}
      title="Sources"
      note="Clusters, CI and folders: where each belongs, and which of its runs are evidence."
      add="Source"
      rows={view.sources}
      fresh={fresh}
      save={(sources) => ({ sources: sources.map((source) => ({ ...source })) })}
      row={(entry, put) => <SourceRow view={view} entry={entry} onPut={put} />}
      foot={() => (
        <datalist id="known-sources">
          {known.map((source) => (
            <option key={source.id} value={source.name}>
              {source.kind}
            </option>
          ))}
        </datalist>
      )}
    />
  );
}

function SourceRow({ view, entry, onPut }: ListProps & { readonly entry: Entry; readonly onPut: (next: Entry) => void }) {
  const choose = (field: 'product' | 'environment', value: string | undefined): void => {
    const { [field]: _dropped, ...rest } = entry;
    onPut(value === undefined ? rest : { ...rest, [field]: value });
  };
  return (
    <>
      <Cell label="Source" value={entry.name} required list="known-sources" onChange={(name) => onPut({ ...entry, name })} />
      <ChoiceCell
        title="Kind"
        label="Kind of the source"
        value={entry.kind}
        choices={SOURCE_KINDS}
        onChange={(value) => onPut({ ...entry, kind: SOURCE_KINDS.find((kind) => kind === value) ?? 'cluster' })}
      />
      <ChoiceCell
        title="Environment"
        label="Environment of the source"
        value={entry.environment}
        none="none"
        choices={view.environments.map(({ name }) => name)}
        onChange={(value) => choose('environment', value)}
      />
      <ChoiceCell
        title="Product"
        label="Product of the source"
        value={entry.product}
        none="several"
        choices={view.products.map(({ name }) => name)}
        onChange={(value) => choose('product', value)}
      />
      <ReadCell
        label="Labels"
        value={entry.labels}
        text={labelsText}
        read={readLabels}
        placeholder="region=eu"
        onChange={(labels) => onPut({ ...entry, labels })}
      />
      <ReadCell
        label="Branches that count"
        value={entry.branches}
        text={listText}
        read={readList}
        placeholder="all runs"
        onChange={(branches) => onPut({ ...entry, branches })}
      />
      <Cell
        label="Schedule"
        value={entry.schedule ?? ''}
        placeholder="0 6 * * *"
        onChange={(value) => {
          const { schedule: _dropped, ...rest } = entry;
          onPut(value.trim() === '' ? rest : { ...rest, schedule: value });
        }}
      />
      {entry.schedule === undefined || entry.kind !== 'cluster' ? null : (
        <Button
          look="quiet"
          small
          icon="copy"
          title="It runs while Plimsoll is open. For a machine where it is not: the line of a crontab."
          onClick={() => void copy(cronLine(entry), 'Line copied')}
        >
          cron line
        </Button>
      )}
    </>
  );
}

/** A shell word that no name can break out of. */
const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
export const cronLine = (entry: Entry): string =>
  `${entry.schedule ?? ''} plimsoll scan --context ${quoted(entry.name)} --quiet`.replaceAll('%', String.raw`\%`);
