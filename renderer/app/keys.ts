/** Every key the application knows, as the list of shortcuts shows it. The screens register them beside what they do. */
export const KEYS: readonly {
  readonly title: string;
  readonly keys: readonly { readonly keys: readonly string[]; readonly does: string }[];
}[] = [
  {
    title: 'Everywhere',
    keys: [
      { keys: ['Mod+k'], does: 'go to a screen, rule, namespace, object or action' },
      { keys: ['Mod+Enter'], does: 'scan' },
      { keys: ['Esc'], does: 'close; stop a running scan, after asking' },
      { keys: ['?'], does: 'this list' },
    ],
  },
  {
    title: 'Screens',
    keys: [
      { keys: ['g', 'o'], does: 'Overview' },
      { keys: ['g', 'f'], does: 'Findings' },
      { keys: ['g', 'r'], does: 'Ratchet' },
      { keys: ['g', 'p'], does: 'Policies' },
      { keys: ['g', 'e'], does: 'Enforce' },
      { keys: ['g', 'h'], does: 'History' },
      { keys: ['g', 'u'], does: 'Rules' },
      { keys: ['g', 'i'], does: 'Inbox' },
      { keys: ['g', 'w'], does: 'Workspace' },
      { keys: ['g', 's'], does: 'Settings' },
    ],
  },
  {
    title: 'Tables',
    keys: [
      { keys: ['/'], does: 'filter' },
      { keys: ['j', 'k'], does: 'next and previous row' },
      { keys: ['→', '←'], does: 'open and close a group' },
      { keys: ['Enter'], does: 'open' },
      { keys: ['x'], does: 'pick a run for comparing; switch a rule of a policy on or off' },
      { keys: ['p'], does: 'promote the ready rule under the cursor' },
      { keys: ['c'], does: 'compare the two picked runs' },
      { keys: ['Alt', '←→'], does: 'column width, on a column head' },
    ],
  },
  {
    title: 'Enforce',
    keys: [
      { keys: ['m'], does: 'go further or less far: audit, warn, deny' },
      { keys: ['[', ']'], does: 'the part before and the next one' },
      { keys: ['s'], does: 'save the files, after asking' },
    ],
  },
  {
    title: 'Decisions',
    keys: [
      { keys: ['f'], does: 'fix: keep it open as work of its team' },
      { keys: ['a'], does: 'assign, with a day' },
      { keys: ['w'], does: 'waive; renew a waiver' },
      { keys: ['e'], does: 'accept as debt' },
      { keys: ['d'], does: 'disable, demote or remove' },
      { keys: ['z'], does: 'take the last one back' },
    ],
  },
  {
    title: 'Pictures',
    keys: [
      { keys: ['←', '→'], does: 'rule by rule' },
      { keys: ['PgUp', 'PgDn'], does: 'zone by zone' },
      { keys: ['Enter'], does: 'open the rule' },
      { keys: ['t'], does: 'the same as a table' },
    ],
  },
];
