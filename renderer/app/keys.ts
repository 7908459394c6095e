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
      { keys: ['g', 'h'], does: 'History' },
      { keys: ['g', 'u'], does: 'Rules' },
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
      { keys: ['p'], does: 'promote the ready rule under the cursor' },
      { keys: ['x'], does: 'pick a run for comparing' },
      { keys: ['c'], does: 'compare the two picked runs' },
      { keys: ['Alt', '←→'], does: 'column width, on a column head' },
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
