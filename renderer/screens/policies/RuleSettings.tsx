import { Link } from 'wouter';
import type { PolicyRuleRow, PolicySummary } from '#core/api/policies.ts';
import type { ScopeInput } from '#core/api/workspace.ts';
import { MODES, SEVERITIES } from '#core/model.ts';
import { useHref } from '../../state/current.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Select } from '../../ui/Select.tsx';
import { modeOf, ownOf, withoutOwn, withSetting, type Draft } from './draft.ts';
import { Field, TextField } from './fields.tsx';
import { ParamFields } from './ParamFields.tsx';

/** One rule's setting in this policy: each field says where its value comes from, and can be made the policy's own. */
export function RuleSettings({
  row,
  draft,
  policy,
  editable,
  onDraft,
  onClose,
}: {
  readonly row: PolicyRuleRow;
  readonly draft: Draft;
  readonly policy: PolicySummary;
  readonly editable: boolean;
  readonly onDraft: (draft: Draft) => void;
  readonly onClose: () => void;
}) {
  const href = useHref();
  const own = ownOf(draft, row);
  const set = (fields: Parameters<typeof withSetting>[2]): void => onDraft(withSetting(draft, row, fields));
  const from = (field: string): string => {
    if (own !== undefined && Object.hasOwn(own, field)) return 'own';
    const origin = row.origins[field];
    return origin === undefined || origin === policy.name ? "the rule's" : `from ${safe(origin)}`;
  };
  return (
    <section className="panel policies-rule" aria-label={`Setting of ${safe(row.title)}`}>
      <header className="panel-head">
        <h2>{safe(row.title)}</h2>
        <Button look="quiet" small icon="close" className="end" aria-label="Close the setting" onClick={onClose} />
      </header>
      <div className="policies-setting">
        <p className="small muted">
          <code>{row.rule}</code> ·{' '}
          <Link className="link" href={href(`/rules/${row.rule}`)}>
            the rule
          </Link>
          {row.failing === undefined || row.failing.objects === 0 ? null : (
            <>
              {' '}
              ·{' '}
              <Link className="link" href={href('/findings', { rule: row.rule, policy: policy.name })}>
                {plural(row.failing.findings, 'finding')}
              </Link>{' '}
              in {plural(row.failing.namespaces, 'namespace')}
            </>
          )}
        </p>
        <fieldset disabled={!editable}>
          <Field name="Mode" origin={from('mode')}>
            <Segments
              label="Mode"
              value={modeOf(draft, row)}
              onChange={(mode) => set({ mode })}
              choices={MODES.map((mode) => ({ value: mode, label: mode }))}
            />
          </Field>
          <Field name="Severity" origin={from('severity')}>
            <Select
              look="wide"
              label="Severity"
              value={own?.severity ?? ''}
              all={own?.severity === undefined ? row.severity : 'as inherited'}
              onChange={(value) => set({ severity: SEVERITIES.find((severity) => severity === value) })}
              choices={SEVERITIES.map((severity) => ({ value: severity, label: severity }))}
            />
          </Field>
          <TextField
            name="Message"
            origin={from('message')}
            note="{{name}} {{namespace}} {{kind}} {{path}} {{value}} {{container}} and parameters are filled in."
            value={own?.message}
            inherited={row.message}
            onChange={(message) => set({ message })}
          />
          <ParamFields row={row} own={own?.params} origin={from('params')} onChange={(params) => set({ params })} />
          <ScopeFields scope={own?.scope ?? row.scope} origin={from('scope')} onChange={(scope) => set({ scope })} />
          <TextField
            name="Reason"
            origin={from('reason')}
            value={own?.reason}
            inherited=""
            onChange={(reason) => set({ reason })}
          />
          {own === undefined || !editable ? null : (
            <Button small onClick={() => onDraft(withoutOwn(draft, row))}>
              Back to what is inherited
            </Button>
          )}
        </fieldset>
      </div>
    </section>
  );
}

const listOf = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter((part) => part !== '');

/** Where the rule counts: patterns of namespaces. Label selectors are written in the file, and shown here. */
function ScopeFields({
  scope,
  origin,
  onChange,
}: {
  readonly scope: ScopeInput | undefined;
  readonly origin: string;
  readonly onChange: (scope: ScopeInput | undefined) => void;
}) {
  const put = (fields: ScopeInput): void => {
    const next = Object.fromEntries(
      Object.entries({ ...scope, ...fields }).filter(([, value]) => value !== undefined && Object.keys(value).length > 0),
    ) as ScopeInput;
    onChange(Object.keys(next).length === 0 ? undefined : next);
  };
  const labels = Object.entries(scope?.labels ?? {});
  return (
    <>
      <TextField
        name="Only in namespaces"
        origin={origin}
        note="Patterns, with * for any run of characters."
        value={scope?.namespaces?.join(', ')}
        inherited="all"
        onChange={(text) => put({ namespaces: listOf(text) })}
      />
      <TextField
        name="Not in namespaces"
        origin={origin}
        value={scope?.exceptNamespaces?.join(', ')}
        inherited="none"
        onChange={(text) => put({ exceptNamespaces: listOf(text) })}
      />
      {labels.length === 0 ? null : (
        <p className="small muted">Only objects labelled {labels.map(([key, value]) => safe(`${key}=${value}`)).join(', ')}</p>
      )}
    </>
  );
}
