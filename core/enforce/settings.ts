import type { Setting } from '#core/enforce/other-targets.ts';
import { nearest } from '#core/nearest.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** Values by name; those that are optional and were not given are absent. */
export type Settings = Readonly<Record<string, string>>;

export interface SettingProblem {
  readonly why: string;
  readonly next: string;
}

/** Reads `name=value` texts against what a target knows. */
export function readSettings(known: readonly Setting[], given: readonly string[]): Result<Settings, SettingProblem> {
  const values = new Map<string, string>();
  const all =
    known.length === 0 ? 'It knows none.' : `It knows ${known.map(({ name, meaning }) => `${name} (${meaning})`).join('; ')}.`;
  for (const text of given) {
    const at = text.indexOf('=');
    const name = at === -1 ? text : text.slice(0, at);
    const setting = known.find((one) => one.name === name);
    if (setting === undefined) {
      const near =
        known.length === 0
          ? ''
          : ` Did you mean '${nearest(
              name,
              known.map((one) => one.name),
            )}'?`;
      return err({ why: `There is no setting '${name}' here.`, next: `${all}${near}` });
    }
    if (at === -1) return err({ why: `'${name}' has no value.`, next: `Write --set ${name}=VALUE: ${setting.meaning}.` });
    if (values.has(name)) return err({ why: `'${name}' is set twice.`, next: 'Leave out one of the two.' });
    const value = text.slice(at + 1);
    if (!setting.pattern.test(value))
      return err({ why: `'${value}' is no value of '${name}'.`, next: `It is ${setting.meaning}.` });
    values.set(name, value);
  }
  for (const { name, meaning, fallback, optional } of known) {
    if (values.has(name)) continue;
    if (fallback !== undefined) values.set(name, fallback);
    else if (optional === undefined)
      return err({ why: `It needs to know '${name}'.`, next: `Write --set ${name}=VALUE: ${meaning}.` });
  }
  return ok(Object.fromEntries(values));
}
