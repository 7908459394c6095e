import { ERROR, FAIL, NOT_APPLICABLE, NOT_EVALUATED, PASS } from '#core/inventory/model.ts';
import type { EvaluatedObject, FactFinding, RuleSet } from '#core/inventory/model.ts';
import { parsePath } from '#core/path.ts';
import type { JsonReport } from '#core/report/json.ts';
import { sha256 } from '#main/store/blobs.ts';

/**
 * The objects of a report as the store takes them. A report tells what fails, is waived or could not be judged, place by place; of
 * the rest it tells pass and not applicable only where it was made with `--verdicts`, or where one of the two never occurs. What
 * cannot be told is not evaluated, and never a pass. Owned objects whose owner speaks for them have nothing of their own.
 */
export function importedObjects(report: JsonReport, ruleSet: RuleSet): readonly EvaluatedObject[] {
  const places = placesOf(report, ruleSet);
  const rest = ruleSet.rules.map(({ id }) => restOf(report, id));
  return report.objects.map((object) => {
    const own = places.get(keyOf(object, object.file)) ?? new Map<number, Places>();
    const verdicts = new Uint8Array(ruleSet.rules.length);
    const findings: FactFinding[] = [];
    const waivers: Record<string, string> = {};
    ruleSet.rules.forEach(({ id }, rule) => {
      const found = own.get(rule);
      if (found !== undefined) {
        verdicts[rule] = found.code;
        findings.push(...found.findings);
        if (found.waiver !== undefined) waivers[id] = found.waiver;
        return;
      }
      const code = toldCode(object.verdicts?.[id]) ?? rest[rule] ?? NOT_EVALUATED;
      verdicts[rule] = code;
      if (code === NOT_EVALUATED) findings.push({ rule, path: '', reason: UNTOLD });
    });
    return toObject(object, { verdicts, findings, waivers });
  });
}

const UNTOLD = 'the imported report does not say: it was made without --verdicts';

/** What the store shows of a content that it does not have; rules with other parameters find nothing to judge in it. */
const NO_BODY = 'null';

function toObject(
  { apiVersion, kind, namespace, name, file, line, assumedNamespace }: JsonReport['objects'][number],
  facts: {
    readonly verdicts: Uint8Array;
    readonly findings: readonly FactFinding[];
    readonly waivers: Readonly<Record<string, string>>;
  },
): EvaluatedObject {
  // The content is not known: what was found stands for it, so that equal findings are one row and others never overwrite them.
  const content = [apiVersion, kind, namespace ?? null, name, [...facts.verdicts], facts.findings, facts.waivers];
  return {
    key: sha256(`imported ${JSON.stringify(content)}`),
    apiVersion,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    labels: {},
    idle: false,
    assumedNamespace: assumedNamespace ?? false,
    body: NO_BODY,
    bodyHash: sha256(NO_BODY),
    declared: [],
    ...facts,
    ...(file === undefined ? {} : { place: { file, line: line ?? 1, document: 0 } }),
  };
}

interface Places {
  code: number;
  readonly findings: FactFinding[];
  waiver?: string;
}

const keyOf = (
  { apiVersion, kind, namespace, name }: JsonReport['findings'][number]['object'],
  file: string | undefined,
): string => [file ?? '', apiVersion, kind, namespace ?? '', name].join('\u0000');

/** For messages: the innermost container that a path leads through. */
function containerOf(path: string): Pick<FactFinding, 'container'> {
  const steps = parsePath(path);
  const list = steps.ok
    ? steps.value.findLastIndex((step) => typeof step === 'string' && /^(c|initC|ephemeralC)ontainers$/.test(step))
    : -1;
  const element = steps.ok && list >= 0 ? steps.value[list + 1] : undefined;
  const name = typeof element === 'object' ? element.keys.find(([key]) => key === 'name')?.[1] : undefined;
  return name === undefined ? {} : { container: name };
}

/** What each object has, by rule: failing places before waived ones before open ones. */
function placesOf(report: JsonReport, ruleSet: RuleSet): ReadonlyMap<string, ReadonlyMap<number, Places>> {
  const positions = new Map(ruleSet.rules.map(({ id }, index) => [id, index]));
  const all = new Map<string, Map<number, Places>>();
  const add = (row: JsonReport['findings'][number], code: number, waiver?: string): void => {
    const rule = positions.get(row.rule);
    if (rule === undefined) return;
    const key = keyOf(row.object, row.file);
    const object = all.get(key) ?? new Map<number, Places>();
    all.set(key, object);
    const known = object.get(rule);
    if (known !== undefined && known.code !== code) return;
    const places = known ?? { code, findings: [] };
    object.set(rule, places);
    // An annotation lets a whole object off: where some places fail and some are waived, all of them are kept as failing.
    if (known === undefined && waiver !== undefined) places.waiver = waiver;
    places.findings.push({
      rule,
      path: row.path,
      ...containerOf(row.path),
      ...(code === FAIL || row.reason === undefined ? {} : { reason: row.reason }),
    });
  };
  for (const row of report.findings) add(row, FAIL);
  for (const row of report.waived) add(row, FAIL, row.reason ?? 'waived');
  for (const row of report.unjudged) add(row, row.verdict === 'error' ? ERROR : NOT_EVALUATED);
  return all;
}

/** Verdicts that are told object by object; what fails without a place is counted at the owner. */
function toldCode(verdict: string | undefined): number | undefined {
  if (verdict === undefined) return undefined;
  return verdict === 'pass' ? PASS : NOT_APPLICABLE;
}

/** What all objects without a place have, where the counts leave only one answer. */
function restOf(report: JsonReport, id: string): number | undefined {
  const counts = report.rules.find((rule) => rule.id === id)?.counts;
  if (counts === undefined) return undefined;
  if (counts.pass === 0) return NOT_APPLICABLE;
  return counts.notApplicable === 0 && report.summary.owned === 0 ? PASS : undefined;
}
