import { DEFAULT_CONTEXT } from '#core/report/context.ts';
import type { ReportContext } from '#core/report/context.ts';
import type { Policy } from '#core/rules/model.ts';
import { baselineBeside } from '#main/services/ratchet-parts.ts';
import type { WorkspaceNow } from '#main/workspace/index.ts';

export interface ContextParts {
  readonly workspace: WorkspaceNow;
  readonly policy: Policy;
  readonly teamLabel?: string;
  readonly pointer?: ReportContext['pointer'];
}

/** What the workspace says beside a run that is seen through a policy. */
export function contextOf({ workspace, policy, teamLabel, pointer }: ContextParts): ReportContext {
  const { content } = workspace.read;
  const name = baselineBeside(content, policy.name);
  const baseline = name === undefined ? undefined : workspace.book.find(name);
  return {
    ...DEFAULT_CONTEXT,
    ...(teamLabel === undefined ? {} : { teamLabel }),
    waivers: content.waivers,
    decisions: content.decisions,
    settings: policy.rules,
    ...(baseline?.ok === true ? { baseline: { name: baseline.value.name, rules: rulesThatAreOn(baseline.value) } } : {}),
    ...(pointer === undefined ? {} : { pointer }),
  };
}

const rulesThatAreOn = ({ rules }: Policy): ReadonlySet<string> =>
  new Set(Object.entries(rules).flatMap(([id, { mode }]) => (mode === 'off' ? [] : [id])));
