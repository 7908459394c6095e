import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { plainJson } from '#core/plain-json.ts';
import { runTool } from '#test/run-tool.ts';

/** What `gator test` finds: of which constraint, on which object. */
export interface GatorViolation {
  readonly msg: string;
  readonly constraint: { readonly metadata: { readonly name: string } };
  readonly violatingObject: { readonly kind: string; readonly metadata: { readonly name: string } };
}

export function writeYaml(file: string, ...documents: readonly JsonValue[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    documents.map((one) => `---\n${stringify(plainJson(one), { version: '1.1', aliasDuplicateObjects: false })}`).join(''),
  );
}

/** All objects against all templates and constraints, as Gatekeeper's audit has them: no request, no operation. */
export async function gatorTest(
  folder: string,
  policies: readonly JsonObject[],
  objects: readonly JsonObject[],
): Promise<readonly GatorViolation[]> {
  writeYaml(join(folder, 'policies.yaml'), ...policies);
  writeYaml(join(folder, 'objects.yaml'), ...objects);
  const args = ['test', '-f', 'policies.yaml', '-f', 'objects.yaml', '-o', 'json'];
  const { stdout, stderr } = await runTool('gator', args, folder);
  if (stdout.trim() === '') throw new Error(`gator test says nothing: ${stderr.slice(0, 2000)}`);
  return JSON.parse(stdout) as readonly GatorViolation[];
}

export interface GatorCase {
  readonly name: string;
  readonly object: JsonObject;
  /** The text of the one violation, any of these; undefined: there is none. */
  readonly says?: readonly string[];
}

/** One constraint and its template, and what it must say of AdmissionReviews. */
export interface GatorSuite {
  readonly name: string;
  readonly template: JsonObject;
  readonly constraint: JsonObject;
  readonly cases: readonly GatorCase[];
}

/** What is not as it should be, each in a line or two; empty where all is. Throws where gator did not judge every case. */
export async function gatorVerify(folder: string, suites: readonly GatorSuite[]): Promise<readonly string[]> {
  const tests = suites.map(({ name, template, constraint, cases }) => {
    writeYaml(join(folder, name, 'template.yaml'), template);
    writeYaml(join(folder, name, 'constraint.yaml'), constraint);
    const written = cases.map((one, at) => {
      const object = `${name}/${at}.yaml`;
      writeYaml(join(folder, object), one.object);
      return { name: `${at} ${one.name}`, object, assertions: assertions(one.says) };
    });
    return { name, template: `${name}/template.yaml`, constraint: `${name}/constraint.yaml`, cases: written };
  });
  writeYaml(join(folder, 'suite.yaml'), {
    apiVersion: 'test.gatekeeper.sh/v1alpha1',
    kind: 'Suite',
    metadata: { name: 'parity' },
    tests,
  });
  const { stdout, stderr } = await runTool('gator', ['verify', 'suite.yaml', '-v'], folder);
  const judged = [...stdout.matchAll(/^ {4}--- (PASS|FAIL): /gm)].length;
  const wanted = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  if (judged !== wanted)
    throw new Error(`gator judged ${judged} of ${wanted} cases: ${stdout.slice(-2000)}${stderr.slice(-500)}`);
  return [...stdout.matchAll(/^ {4}--- FAIL: (.*\n {8}.*)$/gm)].map(([, text]) => text ?? '');
}

const quoted = (text: string): string => text.replaceAll(/[\\^$.|?+*()[\]{}]/g, String.raw`\$&`);

const assertions = (says: readonly string[] | undefined): JsonValue =>
  says === undefined
    ? [{ violations: 'no' }]
    : [{ violations: 1 }, { violations: 1, message: `^(${says.map(quoted).join('|')})$` }];
