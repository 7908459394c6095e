import type { AppError } from '#core/model.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Session } from '#cli/client.ts';
import type { Made } from '#cli/enforce/other-options.ts';

/** The policies.yaml that `plimsoll policy export` writes, with what Datree has no words for at its head. */
export async function datreeOf({ client }: Session, policy: string): Promise<Result<Made, AppError>> {
  const written = await client.policies.export({ names: [policy], format: 'datree' });
  if (!written.ok) return written;
  const { text, notes } = written.value;
  return ok({
    files: [
      {
        name: 'policies.yaml',
        header: [
          `The policy ${policy} for Datree 1.9. Datree is not maintained any more (archived in 2023): for a way back, not a way on.`,
          'Use: DATREE_OFFLINE=local datree test --policy-config policies.yaml --no-record FILES',
          ...(notes.length === 0 ? [] : ['', 'Not in here, or otherwise than in Plimsoll:', ...notes.map((one) => `  ${one}`)]),
        ],
        text,
      },
    ],
    notes,
    value: { policy, notes },
  });
}
