import type { ColumnHead } from '../../ui/table/columns.ts';

/** One set of columns for groups and their rows: a group shows counts where a row shows its own place. */
export const FINDING_COLUMNS: readonly ColumnHead[] = [
  { id: 'name', title: 'Finding', width: 280, grow: true, fixed: true, sortable: true },
  { id: 'path', title: 'Path', width: 330, from: 'wide' },
  { id: 'severity', title: 'Severity', width: 96, sortable: true },
  { id: 'namespaces', title: 'Namespace', width: 128, from: 'mid', sortable: true },
  { id: 'team', title: 'Team', width: 104, from: 'normal' },
  { id: 'failing', title: 'Failing', width: 72, align: 'end', sortable: true },
  { id: 'passing', title: 'Passing', width: 74, align: 'end', from: 'mid', sortable: true },
  { id: 'age', title: 'First seen', width: 84, align: 'end', from: 'normal' },
  { id: 'effort', title: 'Effort', width: 76, extra: true },
  { id: 'message', title: 'Message', width: 320, extra: true },
];
