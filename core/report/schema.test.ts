import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { jsonReport } from '#core/report/json.ts';

const SCHEMA = fileURLToPath(new URL('../../resources/schemas/report.schema.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/json-report.md', import.meta.url));

/** Open to fields that a later version adds: a reader that checks must not fail on them. */
const schema = {
  $id: 'https://plimsoll.dev/schemas/report-1.json',
  title: 'Plimsoll report',
  ...z.toJSONSchema(jsonReport, { io: 'input' }),
};

it('resources/schemas/report.schema.json is the schema of the code (`npx vitest run core/report -u` writes it)', async () => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(SCHEMA);
});

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

/** Every field as the page writes it: `findings[].object.kind`. */
function* fieldsOf(node: Node, above: string): Generator<string> {
  for (const [name, inner] of Object.entries(node.properties ?? {})) {
    const path = above === '' ? name : `${above}.${name}`;
    yield path;
    yield* fieldsOf(inner.items ?? inner, inner.items === undefined ? path : `${path}[]`);
  }
}

it('docs/json-report.md explains every field, and none that is not there', () => {
  // `waived` and `unjudged` are lists of the same shape as `findings`, and the page says so.
  const fields = [...fieldsOf(schema as Node, '')].filter((path) => !/^(waived|unjudged)\[\]\.(?!verdict)/.test(path));
  const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]);
  expect(rows.toSorted()).toEqual(fields.toSorted());
});
