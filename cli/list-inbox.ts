import type { InboxPage } from '#core/api/inbox.ts';
import { counted } from '#core/ratchet/counts.ts';
import { ok } from '#core/result.ts';
import { answer, scanNamed, withClient } from '#cli/client.ts';
import type { WorkspaceOptions } from '#cli/client.ts';
import { columns } from '#cli/columns.ts';
import { CLEAN } from '#cli/exit-code.ts';

export interface InboxOptions extends WorkspaceOptions {
  readonly policy?: string;
  readonly scan?: string;
}

export const listInbox = (options: InboxOptions): Promise<void> =>
  withClient(options, async (session) => {
    const scanId = scanNamed(session, options.scan);
    if (!scanId.ok) return scanId;
    const view = options.policy === undefined ? await session.client.workspace.get() : undefined;
    if (view?.ok === false) return view;
    const policy = options.policy ?? view?.value.pair.strict ?? view?.value.pair.baseline ?? 'default';
    const page = await session.client.inbox.list({ policy, scanId: scanId.value });
    if (!page.ok) return page;
    answer(page.value, options, () => inboxText(page.value, policy));
    return ok(CLEAN);
  });

function inboxText({ items, counts }: InboxPage, policy: string): string {
  if (items.length === 0) return `${policy}: nothing waits for a decision.\n`;
  const rows = items.map(({ kind, rule, severity, detail, broke }) => [kind, rule, severity, `${detail}${named(broke)}`]);
  return `${columns(rows)}\n${counts.undecided} undecided, ${counts.overdue} overdue, ${counted(counts.waivers, 'waiver')}, ${counted(counts.demotions, 'demotion')}\n`;
}

/** What broke a promoted rule, as far as a line goes. */
function named(broke: InboxPage['items'][number]['broke']): string {
  if (broke.length === 0) return '';
  const names = broke
    .slice(0, NAMED)
    .map(({ kind, namespace, name }) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`);
  return `: ${names.join(', ')}${broke.length > NAMED ? ', ...' : ''}`;
}

const NAMED = 3;
