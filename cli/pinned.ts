import { InvalidArgumentError, Option } from 'commander';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** Holds a job to what was reviewed: the bundle digest (decisions.md 19) of its policy must be this one. */
export const bundleDigestOption = (): Option =>
  new Option('--bundle-digest <sha256>', 'judge only if this is the digest of policy, waivers and rules').argParser(parseDigest);

function parseDigest(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('a digest is 64 hexadecimal digits, in lower case.');
  return text;
}

/** An error (`conflict`) where a digest is pinned and is not the one in force. */
export function checkPinned(policy: string, pinned: string | undefined, digest: () => string): Result<void, AppError> {
  const now = pinned === undefined ? undefined : digest();
  if (now === pinned) return ok(undefined);
  return err({
    code: 'conflict',
    what: `The policy '${policy}' is not the one that is pinned, and nothing was judged.`,
    where: '--bundle-digest',
    why: `Pinned is ${pinned}, and here it is ${now}: the policy, its waivers, custom rules or the library changed since.`,
    next: 'Look at what changed; if it is meant, put the digest that is here in place of the pinned one.',
  });
}
