import type { FindingDetail } from '#core/api/findings.ts';
import type { JsonValue } from '#core/json.ts';
import type { Finding } from '#core/policy/finding.ts';
import { parsePath } from '#core/path.ts';
import { err, ok } from '#core/result.ts';
import type { Services } from '#main/rpc/services.ts';
import { notFound } from '#main/services/errors.ts';
import { facetsOf, filterFindings, groupFindings, groupOfFinding, sortGroups } from '#main/services/grouping.ts';
import { toRow } from '#main/services/rows.ts';
import type { RunView, RunViews } from '#main/services/run-view.ts';
import type { Store } from '#main/store/index.ts';
import { renderYaml } from '#main/yaml/render.ts';

/** Runs that the history strip of a finding looks back over. */
const HISTORY_RUNS = 40;

export function findingsService(store: Store, views: RunViews): Services['findings'] {
  return {
    groups: async ({ scanId, policy, filter, groupBy, sort, descending }) => {
      const view = views.open(scanId, policy);
      if (!view.ok) return view;
      const findings = filterFindings(view.value, filter);
      return ok({
        groups: sortGroups(groupFindings(view.value, findings, groupBy), sort, descending),
        shown: findings.length,
        total: view.value.findings.length,
        hiddenWaived: findings.some((finding) => finding.verdict === 'waived')
          ? 0
          : view.value.findings.filter((finding) => finding.verdict === 'waived').length,
        facets: facetsOf(view.value),
      });
    },
    rows: async ({ scanId, policy, filter, groupBy, group, offset, limit }) => {
      const view = views.open(scanId, policy);
      if (!view.ok) return view;
      const inGroup = filterFindings(view.value, filter).filter(
        (finding) => groupOfFinding(view.value, finding, groupBy).key === group,
      );
      return ok({
        rows: inGroup.slice(offset, offset + limit).map((finding) => toRow(view.value, finding)),
        total: inGroup.length,
      });
    },
    get: async ({ scanId, policy, fingerprint }) => {
      const view = views.open(scanId, policy);
      if (!view.ok) return view;
      const finding = view.value.byFingerprint(fingerprint);
      return finding === undefined ? err(notFound('This finding', `run ${scanId}`)) : ok(detailOf(store, view.value, finding));
    },
  };
}

function detailOf(store: Store, view: RunView, finding: Finding): FindingDetail {
  const { rule } = finding.rule;
  const here = view.findings.filter((other) => other.object.id === finding.object.id);
  const sameRule = here.filter((other) => other.rule.rule.id === rule.id && other.verdict !== 'waived');
  const history = historyOf(store, view, finding);
  return {
    finding: toRow(view, finding),
    why: rule.why,
    remediation: rule.remediation,
    references: [...rule.references],
    yaml: yamlOf(store.scans.body(finding.object.id), sameRule),
    ...(finding.place === undefined
      ? {}
      : { file: { path: finding.place.file, line: finding.position?.line ?? finding.place.line } }),
    fix: rule.fix.map((step) => ({
      op: step.op,
      path: step.path,
      ...(step.value === undefined ? {} : { value: fixValue(step.value) }),
    })),
    samePlaces: view.findings.filter((other) => other.rule.rule.id === rule.id && other.verdict === 'fail').length,
    otherFindings: here.filter((other) => other.rule.rule.id !== rule.id).map((other) => toRow(view, other)),
    history,
  };
}

/** `{choose: <what>}` is for a person; everything else is the value itself, as JSON. */
function fixValue(value: JsonValue): string {
  const choose = typeof value === 'object' && value !== null && 'choose' in value ? value['choose'] : undefined;
  return typeof choose === 'string' ? `<${choose}>` : JSON.stringify(value);
}

/** The redacted body as YAML, with the message of each finding at its line. */
function yamlOf(body: JsonValue, findings: readonly Finding[]): FindingDetail['yaml'] {
  if (body === null) return [{ number: 1, text: '# Imported run: the content of its objects is not known here.', marks: [] }];
  const yaml = renderYaml(body);
  const marks = new Map<number, string[]>();
  for (const finding of findings) {
    const path = parsePath(finding.path);
    const { first: line } = yaml.locate(path.ok ? path.value : []);
    marks.set(line, [...(marks.get(line) ?? []), finding.message]);
  }
  return yaml.lines.map((text, index) => ({ number: index + 1, text, marks: marks.get(index + 1) ?? [] }));
}

/** When the finding was there, run by run: the object's contents of each run, and what was found on them. */
function historyOf(store: Store, view: RunView, finding: Finding): FindingDetail['history'] {
  const runs = store.scans
    .versions(view.run.source.id, finding.object, HISTORY_RUNS)
    .toReversed()
    .map(({ runId, startedAt, objectIds }) => {
      const verdict = objectIds.length === 0 ? undefined : verdictIn(store, runId, objectIds, finding);
      return { scanId: runId, startedAt, ...(verdict === undefined ? {} : { verdict }) };
    });
  const failing = runs.filter((run) => run.verdict === 'fail');
  const firstSeen = view.firstSeen(finding) ?? failing[0]?.startedAt;
  const lastSeen = failing.at(-1)?.startedAt;
  return { ...(firstSeen === undefined ? {} : { firstSeen }), ...(lastSeen === undefined ? {} : { lastSeen }), runs };
}

function verdictIn(
  store: Store,
  runId: string,
  objectIds: readonly number[],
  finding: Finding,
): 'fail' | 'pass' | 'notEvaluated' {
  const run = store.runs.get(runId);
  const index =
    run?.rulesetId === undefined
      ? -1
      : store.rulesets.get(run.rulesetId).rules.findIndex((rule) => rule.id === finding.rule.rule.id);
  if (index === -1) return 'notEvaluated';
  const found = objectIds.flatMap((id) => store.scans.facts(runId, id)?.findings ?? []);
  return found.some((fact) => fact.rule === index && fact.path === finding.path && fact.reason === undefined) ? 'fail' : 'pass';
}
