import { writeFileSync } from 'node:fs';
import { jsonSchemaOf } from '#core/workspace/json-schemas.ts';
import { DOCUMENT_KINDS } from '#core/workspace/schema.ts';
import { resourcePath } from '#main/resources.ts';
import { schemaName } from '#main/workspace/schemas.ts';

/** `npm run schemas:build`: the JSON Schemas of the workspace's files, for editors (resources/schemas). */
for (const kind of DOCUMENT_KINDS) {
  writeFileSync(resourcePath('schemas', schemaName(kind)), `${JSON.stringify(jsonSchemaOf(kind), null, 2)}\n`);
}
