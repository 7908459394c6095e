import type { Finding } from '#core/policy/finding.ts';
import type { Decision, Waiver } from '#core/workspace/model.ts';
import type { RuleSetting } from '#core/rules/model.ts';

/** What some formats say besides the run itself. */
export interface ReportContext {
  /** json and yaml: the verdict of every rule on every object; PolicyReports: what passes as well. */
  readonly verdicts: boolean;
  /** Label that names the team of an object or a namespace (decisions.md 22). */
  readonly teamLabel: string;
  /** Of the workspace; those that do not count here are passed over. */
  readonly waivers: readonly Waiver[];
  /** Of the policy that the report is seen through. */
  readonly decisions: readonly Decision[];
  /** Settings of that policy, those that are off too. */
  readonly settings: Readonly<Record<string, RuleSetting>>;
  /** The baseline that stands beside the policy, for the load line. */
  readonly baseline?: { readonly name: string; readonly rules: ReadonlySet<string> };
  /** JSON pointer of a failing place; undefined where the object is not at hand. */
  readonly pointer?: (finding: Finding) => string | undefined;
  /** The absolute path of a file, where that can be known. */
  readonly absolute?: (file: string) => string;
}

export const DEFAULT_CONTEXT: ReportContext = { verdicts: false, teamLabel: 'team', waivers: [], decisions: [], settings: {} };

/** A report in some format, and what a person should know of it: what was cut, and why. */
export interface Written {
  readonly text: string;
  readonly notes: readonly string[];
}

export const whole = (text: string): Written => ({ text, notes: [] });

export const thousands = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
