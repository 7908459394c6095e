import { safe } from '../../ui/safe-text.ts';

/** A rule in a table: what it says, cut where there is no room, and its id. */
export const RuleTitle = ({ title, rule }: { readonly title: string; readonly rule: string }) => (
  <span className="table-cut" title={`${safe(title)} (${rule})`}>
    {safe(title)}
  </span>
);
