import { shrink } from '#core/decide/debt.ts';
import { counted } from '#core/ratchet/counts.ts';
import type { ReadProblem } from '#core/report/report.ts';
import { shrunkDebt } from '#main/services/debt.ts';
import type { RunViews } from '#main/services/run-view.ts';
import type { StoredRun } from '#main/store/run-model.ts';
import type { WorkspaceFolder } from '#main/workspace/index.ts';

/**
 * After a complete run, takes out of the source's debt what was judged and no longer fails. Debt never grows here; what the run has
 * no sound word on stays. Gives what to say of it.
 */
export async function shrinkDebt(
  { workspace, views }: { readonly workspace: WorkspaceFolder; readonly views: RunViews },
  run: StoredRun,
): Promise<readonly ReadProblem[]> {
  if (run.status !== 'complete') return [];
  const debts = workspace.now().read.content.debts.filter(({ source }) => source === run.source.name);
  const notes: ReadProblem[] = [];
  for (const debt of debts) {
    const view = views.open(run.id, debt.policy);
    if (!view.ok) {
      notes.push({ file: debt.policy, message: `debt is left as it is: ${view.error.what} ${view.error.why}` });
      continue;
    }
    const { entries, paid } = shrink(debt.entries, view.value.findings, (place) => view.value.blindAt(place));
    if (paid.length === 0) continue;
    const what = `${counted(paid.length, 'known failure')} of ${debt.policy} in ${debt.source} fixed`;
    const edits = [shrunkDebt(debt, entries)];
    const change = await workspace.change({ what, edits, cause: { kind: 'decision', evidence: [run.id] } });
    const message = change.ok
      ? `${what}: taken out of its debt`
      : `${what}, but its debt could not be written: ${change.error.why}`;
    notes.push({ file: change.ok ? (change.value.files[0] ?? debt.policy) : debt.policy, message });
  }
  return notes;
}
