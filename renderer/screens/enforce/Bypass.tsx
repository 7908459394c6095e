import { useRef } from 'react';
import type { Bypass as BypassView, EnforcePreview } from '#core/api/enforce.ts';
import { count, plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Empty } from '../../ui/states.tsx';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';

type Row = BypassView['who'][number];

const roomOf = (width: number): Room => (width < 620 ? 'narrow' : 'normal');

/** Who can switch off what is enforced or step around it, and what is let through by design. */
export function Bypass({ preview: { bypass } }: { readonly preview: EnforcePreview }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  return (
    <div className="enforce-stack" ref={box}>
      <section className="panel enforce-list" aria-labelledby="enforce-who">
        <header className="panel-head">
          <h2 id="enforce-who">Who can bypass it</h2>
          <span className="muted small">
            {bypass.total > bypass.who.length ? `${count(bypass.who.length)} of ${count(bypass.total)}, ` : ''}by the RBAC of this
            scan
          </span>
        </header>
        {bypass.unknown === undefined ? null : (
          <p className="enforce-note enforce-unknown small">
            {bypass.who.length === 0 ? 'Not known' : 'Not wholly known'}: {safe(bypass.unknown)}
          </p>
        )}
        {bypass.who.length > 0 ? (
          <div className="enforce-table enforce-table-high">
            <DataTable
              view="enforce-bypass"
              label="Who can bypass it"
              columns={COLUMNS}
              rows={bypass.who}
              keyOf={({ kind, namespace, name }) => `${kind} ${namespace ?? ''} ${name}`}
              {...(width === 0 ? {} : { room: roomOf(width) })}
            />
          </div>
        ) : bypass.unknown === undefined ? (
          <Empty icon="lock" title="RBAC names nobody">
            <p className="small">No role of this scan lets anybody change these policies, or the labels of namespaces.</p>
          </Empty>
        ) : null}
      </section>
      <section className="panel" aria-labelledby="enforce-exempt">
        <header className="panel-head">
          <h2 id="enforce-exempt">Let through by design</h2>
          <span className="muted small">{plural(bypass.exemptions.length, 'exemption')}</span>
        </header>
        <ul className="enforce-exemptions second">
          {bypass.exemptions.map((text) => (
            <li key={text}>{safe(text)}</li>
          ))}
        </ul>
      </section>
    </div>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'kind',
    title: 'Kind',
    width: 120,
    from: 'normal',
    value: ({ kind }) => kind,
    cell: ({ kind }) => <span className="muted">{kind}</span>,
  },
  {
    id: 'name',
    title: 'Who',
    width: 200,
    grow: true,
    fixed: true,
    value: ({ namespace = '', name }) => `${namespace}/${name}`,
    cell: ({ kind, namespace, name }) => (
      <span className="table-cut" title={safe(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`)}>
        {namespace === undefined ? null : <span className="muted">{safe(namespace)}/</span>}
        {safe(name)}
      </span>
    ),
  },
  {
    id: 'may',
    title: 'May',
    width: 200,
    grow: true,
    fixed: true,
    value: ({ may }) => may.join(', '),
    cell: ({ may }) => (
      <span className={may.includes('everything') ? 'second table-cut' : 'strong table-cut'} title={safe(may.join(', '))}>
        {safe(may.join(', '))}
      </span>
    ),
  },
  {
    id: 'by',
    title: 'By the binding',
    width: 180,
    grow: true,
    from: 'normal',
    value: ({ by }) => by.join(', '),
    cell: ({ by }) => (
      <code className="muted table-cut" title={safe(by.join(', '))}>
        {safe(by.join(', '))}
      </code>
    ),
  },
];
