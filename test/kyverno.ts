import { join } from 'node:path';
import type { JsonObject } from '#core/json.ts';
import { writeYaml } from '#test/gator.ts';
import { runTool } from '#test/run-tool.ts';

/** What Kyverno says of an object under a policy. */
export interface KyvernoResult {
  readonly policy: string;
  readonly result: 'pass' | 'fail' | 'skip' | 'error' | 'warn';
  readonly message?: string;
  readonly resources?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

/** Policies on objects, as if these were created. No two objects may share kind and name: Kyverno's CLI mixes them up, or panics. */
export async function kyvernoApply(
  folder: string,
  policies: readonly JsonObject[],
  objects: readonly JsonObject[],
  exceptions: readonly JsonObject[] = [],
): Promise<readonly KyvernoResult[]> {
  writeYaml(join(folder, 'policies.yaml'), ...policies);
  writeYaml(join(folder, 'objects.yaml'), ...objects);
  if (exceptions.length > 0) writeYaml(join(folder, 'exceptions.yaml'), ...exceptions);
  const excepting = exceptions.length === 0 ? [] : ['--exceptions', 'exceptions.yaml'];
  const args = ['apply', 'policies.yaml', '-r', 'objects.yaml', ...excepting, '-p', '--output-format', 'json'];
  const { stdout, stderr } = await runTool('kyverno', args, folder);
  const json = stdout.slice(Math.max(0, stdout.indexOf('{')));
  if (!json.startsWith('{')) throw new Error(`kyverno says nothing: ${stdout.slice(-1000)}${stderr.slice(0, 2000)}`);
  return (JSON.parse(json) as { readonly results?: readonly KyvernoResult[] }).results ?? [];
}
