import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import { note } from '#cli/output.ts';

/** A version that is too new is judged as the newest that is known, and that is said. */
export function knownVersion(asked: string | undefined, quiet: boolean): { readonly kubernetes?: string } {
  if (asked === undefined) return {};
  const known = Math.min(Number(asked.slice('1.'.length)), NEWEST_MINOR);
  if (`1.${known}` !== asked) note(`Kubernetes ${asked} is not known here: judged as for 1.${known}`, quiet);
  return { kubernetes: `1.${known}` };
}
