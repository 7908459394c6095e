import { maskCredentials } from '#main/kube/mask.ts';

const MAX_TEXT = 4_000;

/** The log line of an unexpected throw. Its text may hold what a server answered: what looks like a credential is taken out. */
export function thrownText(call: string, thrown: unknown): string {
  const text = thrown instanceof Error ? (thrown.stack ?? `${thrown.name}: ${thrown.message}`) : String(thrown);
  return `plimsoll: ${call}: ${maskCredentials(text).slice(0, MAX_TEXT)}\n`;
}

/** The `onError` of hosts that have a terminal: writes to stderr. */
export const logThrown = (call: string, thrown: unknown): void => void process.stderr.write(thrownText(call, thrown));
