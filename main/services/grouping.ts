import type { z } from 'zod';
import type { FindingFilter, findingGroup, GROUPINGS } from '#core/api/findings.ts';
import { SEVERITIES, VERDICTS } from '#core/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { RunView } from '#main/services/run-view.ts';

type Group = z.infer<typeof findingGroup>;
type Grouping = (typeof GROUPINGS)[number];

/** The word that stands for cluster-scoped objects and for objects that nobody owns, in filters and groups. */
export const NONE = '';

/** Whether a finding passes the filters; waived ones pass only where they are asked for. */
export function filterFindings(view: RunView, filter: FindingFilter): readonly Finding[] {
  const tests: ((finding: Finding) => boolean)[] = [verdictTest(filter)];
  const among = (wanted: readonly string[] | undefined, of: (finding: Finding) => string): void => {
    if (wanted === undefined || wanted.length === 0) return;
    const set = new Set(wanted);
    tests.push((finding) => set.has(of(finding)));
  };
  among(filter.severity, (finding) => finding.rule.severity);
  among(filter.rule, (finding) => finding.rule.rule.id);
  among(filter.category, (finding) => finding.rule.rule.category);
  among(filter.namespace, (finding) => finding.object.namespace ?? NONE);
  among(filter.kind, (finding) => finding.object.kind);
  among(filter.team, (finding) => view.teamOf(finding.object) ?? NONE);
  if (filter.age !== undefined) tests.push((finding) => view.isNew(finding) === (filter.age === 'new'));
  const words = (filter.text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length > 0) tests.push((finding) => words.every((word) => searchText(finding).includes(word)));
  return view.findings.filter((finding) => tests.every((test) => test(finding)));
}

function verdictTest(filter: FindingFilter): (finding: Finding) => boolean {
  if (filter.verdict === undefined || filter.verdict.length === 0) return (finding) => finding.verdict !== 'waived';
  const wanted = new Set<string>(filter.verdict);
  return (finding) => wanted.has(finding.verdict);
}

const searchText = (finding: Finding): string =>
  `${finding.rule.rule.id} ${finding.rule.rule.title} ${finding.object.kind} ${finding.object.namespace ?? ''}/${finding.object.name} ${finding.path} ${finding.message}`.toLowerCase();

/** The key of the group that a finding belongs to, its title and subtitle. */
export function groupOfFinding(
  view: RunView,
  finding: Finding,
  grouping: Grouping,
): { readonly key: string; readonly title: string; readonly subtitle?: string } {
  const { object } = finding;
  const { rule } = finding.rule;
  switch (grouping) {
    case 'rule':
      return { key: rule.id, title: rule.title, subtitle: rule.id };
    case 'object':
      return {
        key: [object.apiVersion, object.kind, object.namespace ?? NONE, object.name].join(' '),
        title: `${object.kind} ${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`,
      };
    case 'namespace':
      return { key: object.namespace ?? NONE, title: object.namespace ?? 'cluster-scoped' };
    case 'team': {
      const team = view.teamOf(object);
      return { key: team ?? NONE, title: team ?? 'unowned' };
    }
    case 'fix':
      return { key: fixKey(finding), title: rule.remediation, subtitle: rule.id };
  }
}

/** Findings with the same fix: the same steps, or the same rule where the steps are for a person to choose. */
const fixKey = (finding: Finding): string => `${finding.rule.rule.id} ${JSON.stringify(finding.rule.rule.fix)}`;

export function groupFindings(view: RunView, findings: readonly Finding[], grouping: Grouping): readonly Group[] {
  const groups = new Map<string, { title: string; subtitle?: string; findings: Finding[] }>();
  for (const finding of findings) {
    const { key, ...texts } = groupOfFinding(view, finding, grouping);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...texts, findings: [finding] });
    else group.findings.push(finding);
  }
  const waived = grouping === 'rule' ? countWaived(view) : new Map<string, number>();
  return [...groups].map(([key, group]) => summariseGroup(view, key, group, grouping, waived.get(key) ?? 0));
}

function countWaived(view: RunView): ReadonlyMap<string, number> {
  return new Map(view.projection.rules.map((row) => [row.rule.rule.id, row.counts.waived]));
}

function summariseGroup(
  view: RunView,
  key: string,
  group: { readonly title: string; readonly subtitle?: string; readonly findings: readonly Finding[] },
  grouping: Grouping,
  waived: number,
): Group {
  const { findings } = group;
  const worst = Math.min(...findings.map((finding) => SEVERITIES.indexOf(finding.rule.severity)));
  const passing = passRate(view, key, grouping);
  return {
    key,
    title: group.title,
    ...(group.subtitle === undefined ? {} : { subtitle: group.subtitle }),
    severity: SEVERITIES[worst] ?? 'low',
    failing: findings.filter((finding) => finding.verdict === 'fail').length,
    notEvaluated: findings.filter((finding) => finding.verdict === 'notEvaluated' || finding.verdict === 'error').length,
    waived: waived > 0 ? waived : findings.filter((finding) => finding.verdict === 'waived').length,
    objects: new Set(findings.map((finding) => finding.object.id)).size,
    // Cluster-scoped objects stand in none.
    namespaces: new Set(findings.flatMap((finding) => finding.object.namespace ?? [])).size,
    ...(passing === undefined ? {} : { passing }),
    rows: findings.length,
  };
}

/** Pass rate of a rule, or of all rules in a namespace; other groupings have none of their own. */
function passRate(view: RunView, key: string, grouping: Grouping): number | undefined {
  let pass = 0;
  let fail = 0;
  for (const row of view.projection.rules) {
    if (grouping === 'rule' && row.rule.rule.id !== key) continue;
    const counts = grouping === 'rule' ? row.counts : grouping === 'namespace' ? row.byNamespace.get(key) : undefined;
    pass += counts?.pass ?? 0;
    fail += counts?.fail ?? 0;
  }
  return pass + fail === 0 ? undefined : pass / (pass + fail);
}

type SortKey = 'severity' | 'failing' | 'namespaces' | 'passing' | 'name';

export function sortGroups(groups: readonly Group[], sort: SortKey, descending: boolean): readonly Group[] {
  const direction = descending ? 1 : -1;
  const byName = (a: Group, b: Group): number => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);
  const compare = (a: Group, b: Group): number => {
    switch (sort) {
      case 'severity':
        return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.failing - a.failing;
      case 'failing':
        return b.failing - a.failing;
      case 'namespaces':
        return b.namespaces - a.namespaces;
      case 'passing':
        return (b.passing ?? -1) - (a.passing ?? -1);
      case 'name':
        return byName(a, b);
    }
  };
  return groups.toSorted((a, b) => direction * compare(a, b) || byName(a, b));
}

/** Choices for the filter chips, counted over all findings of the scan. */
export function facetsOf(
  view: RunView,
): Record<'severity' | 'category' | 'namespace' | 'kind' | 'team' | 'verdict', Record<string, number>> {
  const facets = {
    severity: Object.create(null) as Record<string, number>,
    category: Object.create(null) as Record<string, number>,
    namespace: Object.create(null) as Record<string, number>,
    kind: Object.create(null) as Record<string, number>,
    team: Object.create(null) as Record<string, number>,
    verdict: Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<string, number>,
  };
  const add = (facet: Record<string, number>, key: string): void => {
    facet[key] = (facet[key] ?? 0) + 1;
  };
  for (const finding of view.findings) {
    add(facets.verdict, finding.verdict);
    if (finding.verdict === 'waived') continue;
    add(facets.severity, finding.rule.severity);
    add(facets.category, finding.rule.rule.category);
    add(facets.namespace, finding.object.namespace ?? NONE);
    add(facets.kind, finding.object.kind);
    add(facets.team, view.teamOf(finding.object) ?? NONE);
  }
  return facets;
}
