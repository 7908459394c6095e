import { useState } from 'react';
import type { PolicyRuleRow } from '#core/api/policies.ts';
import { isObject, type JsonValue } from '#core/json.ts';
import { safeLine } from '../../ui/safe-text.ts';
import { Field } from './fields.tsx';

type Params = Readonly<Record<string, JsonValue>>;
type Input = PolicyRuleRow['params'];

/** The rule's parameters, each by its JSON Schema. A value that does not fit is said and not taken. */
export function ParamFields({
  row,
  own,
  origin,
  onChange,
}: {
  readonly row: PolicyRuleRow;
  readonly own: Input | undefined;
  readonly origin: string;
  readonly onChange: (params: Input | undefined) => void;
}) {
  const put = (name: string, value: JsonValue | undefined): void => {
    const { [name]: _dropped, ...rest } = own ?? {};
    const next = value === undefined ? rest : { ...rest, [name]: value };
    onChange(Object.keys(next).length === 0 ? undefined : (next as Input));
  };
  return Object.entries(row.paramsSchema as Params).map(([name, schema]) => (
    <ParamField
      key={name}
      name={name}
      schema={isObject(schema) ? schema : {}}
      value={(own as Params | undefined)?.[name]}
      inherited={(row.params as Params)[name]}
      origin={own?.[name] === undefined ? (origin === 'own' ? "the rule's" : origin) : 'own'}
      onChange={(value) => put(name, value)}
    />
  ));
}

const textOf = (value: JsonValue | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

function ParamField({
  name,
  schema,
  value,
  inherited,
  origin,
  onChange,
}: {
  readonly name: string;
  readonly schema: Params;
  readonly value: JsonValue | undefined;
  readonly inherited: JsonValue | undefined;
  readonly origin: string;
  readonly onChange: (value: JsonValue | undefined) => void;
}) {
  const [text, setText] = useState(textOf(value));
  const [wrong, setWrong] = useState<string>();
  const put = (): void => {
    if (text.trim() === '') {
      setWrong(undefined);
      onChange(undefined);
      return;
    }
    const read = readParam(text.trim(), schema);
    setWrong('problem' in read ? read.problem : undefined);
    if ('value' in read) onChange(read.value);
  };
  const description = schema['description'];
  return (
    <Field name={name} origin={origin} {...(typeof description === 'string' ? { note: safeLine(description) } : {})}>
      <label className="field">
        <span className="sr-only">{name}</span>
        <input
          className="mono"
          value={text}
          placeholder={safeLine(textOf(inherited))}
          maxLength={4000}
          aria-invalid={wrong !== undefined}
          onChange={(event) => setText(event.target.value)}
          onBlur={put}
          onKeyDown={(event) => (event.key === 'Enter' ? put() : undefined)}
        />
      </label>
      {wrong === undefined ? null : (
        <span className="loss small" role="alert">
          {wrong}
        </span>
      )}
    </Field>
  );
}

/** A typed text as a value of the schema's type; the host checks the rest of the schema when it is saved. */
export function readParam(text: string, schema: Params): { readonly value: JsonValue } | { readonly problem: string } {
  const { type, minimum } = schema;
  if (type === 'string') return { value: text };
  if (type === 'integer' || type === 'number') {
    const value = Number(text);
    if (Number.isNaN(value) || (type === 'integer' && !Number.isInteger(value)))
      return { problem: `must be ${type === 'integer' ? 'a whole' : 'a'} number` };
    if (typeof minimum === 'number' && value < minimum) return { problem: `must be at least ${minimum}` };
    return { value };
  }
  if (type === 'array' && !text.startsWith('[')) return { value: text.split(/[\s,]+/).filter((part) => part !== '') };
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return { problem: 'must be JSON, like ["a", "b"]' };
  }
}
