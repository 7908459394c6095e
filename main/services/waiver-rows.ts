import type { WaiverRow } from '#core/api/inbox.ts';
import type { WaiverNotice } from '#core/decide/inbox.ts';
import { annotationFor, waiverState, waiverTest } from '#core/decide/waivers.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { scopeTest } from '#core/policy/scope.ts';
import type { Finding } from '#core/policy/finding.ts';
import { failingFigures, refOf } from '#core/ratchet/failing.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';
import type { DeepReadonly } from '#main/rpc/services.ts';
import type { RunView } from '#main/services/run-view.ts';

/** A waiver of a file or an annotation, with what it lets off in a scan. */
export interface FoundWaiver {
  readonly rule: Rule;
  readonly waiver?: Waiver;
  readonly annotation?: { readonly object: ScanObject; readonly name: string; readonly reason: string };
  readonly findings: readonly Finding[];
  readonly state: WaiverRow['state'];
}

interface Asked {
  readonly view: RunView;
  readonly library: Library;
  readonly waivers: readonly Waiver[];
  readonly today: string;
  readonly expiringDays: number;
}

const waivedIn = (view: RunView): readonly Finding[] => view.findings.filter(({ verdict }) => verdict === 'waived');

/** Those of the workspace that are given, then those that objects of the scan carry. */
export const foundWaivers = (asked: Asked): readonly FoundWaiver[] => [...fileWaivers(asked), ...annotations(asked)];

export function fileWaivers(asked: Asked): readonly FoundWaiver[] {
  const byId = Map.groupBy(waivedIn(asked.view), ({ waiver }) => waiver ?? '');
  const rules = new Map(asked.library.rules.map((rule) => [rule.id, rule]));
  return asked.waivers.flatMap((waiver): readonly FoundWaiver[] => {
    const rule = rules.get(waiver.rule);
    if (rule === undefined) return [];
    const findings = byId.get(waiver.id) ?? [];
    return [{ rule, waiver, findings, state: stateOf(waiver, findings, asked) }];
  });
}

/** Nothing left to waive is said only where the scan was whole and would have met it. */
function stateOf(waiver: Waiver, findings: readonly Finding[], { view, today, expiringDays }: Asked): WaiverRow['state'] {
  const state = waiverState(waiver, today, expiringDays);
  if (state === 'expired' || findings.length > 0) return state;
  const judged = view.rules.some(({ rule }) => rule.id === waiver.rule);
  return judged && view.run.status === 'complete' && isInSight(waiver, view) ? 'stale' : state;
}

/** A waiver for another cluster is not stale because this one has no such namespace. */
function isInSight(waiver: Waiver, view: RunView): boolean {
  const namespace = waiver.object?.namespace;
  if (namespace === undefined && waiver.namespaces === undefined) return waiver.object === undefined || hasObject(waiver, view);
  const { labels: _labels, ...scope } = waiver;
  const inScope = scopeTest(scope);
  return view.objects.some((object) => (namespace === undefined || object.namespace === namespace) && inScope(object));
}

const hasObject = (waiver: Waiver, view: RunView): boolean => {
  const { object } = waiverTest(waiver);
  return view.objects.some((one) => object(one));
};

/** What is let off is let off at the owner: an annotation of a Pod template counts for its Deployment only where that carries it. */
export function annotations({ view, library }: Pick<Asked, 'view' | 'library'>): readonly FoundWaiver[] {
  const waived = waivedIn(view).filter(({ waiver }) => waiver === undefined);
  const carriers = view.objects.filter(({ waivers, idle }) => !idle && Object.keys(waivers).length > 0);
  const judged = new Set(view.rules.map(({ rule }) => rule.id));
  return carriers.flatMap((object) =>
    library.rules.flatMap((rule): readonly FoundWaiver[] => {
      const name = annotationFor(object, rule);
      if (name === undefined || !judged.has(rule.id)) return [];
      const findings = waived.filter((finding) => finding.object === object && finding.rule.rule.id === rule.id);
      const reason = object.waivers[name] ?? '';
      const state = findings.length > 0 ? 'live' : 'stale';
      return [{ rule, annotation: { object, name, reason }, findings, state }];
    }),
  );
}

export function waiverRow(
  { rule, waiver, annotation, findings, state }: FoundWaiver,
  file: string | undefined,
): DeepReadonly<WaiverRow> {
  const figures = { findings: findings.length, objects: failingFigures(findings, () => undefined).objects.length };
  if (annotation !== undefined) {
    return {
      origin: 'annotation',
      rule: rule.id,
      title: rule.title,
      reason: annotation.reason,
      state,
      ...figures,
      at: { object: refOf(annotation.object), annotation: annotationKey(annotation.name, rule) },
    };
  }
  const { created: _created, ...rest } = waiver ?? { rule: rule.id, reason: '' };
  return { ...rest, origin: 'file', ...(file === undefined ? {} : { file }), title: rule.title, state, ...figures };
}

const annotationKey = (name: string, rule: Rule): string =>
  name === rule.id ? `plimsoll.dev/waive.${name}` : `datree.skip/${name}`;

/** A waiver as the inbox looks at it. */
export function noticeOf({ rule, waiver, annotation, findings, state }: FoundWaiver, view: RunView): WaiverNotice {
  const { objects, namespaces, teams } = failingFigures(findings, view.teamOf);
  const object = annotation?.object;
  return {
    key: waiver?.id ?? [rule.id, object?.kind, object?.namespace, object?.name].join('/'),
    ...(waiver === undefined ? {} : { id: waiver.id }),
    rule: rule.id,
    title: rule.title,
    severity: view.rules.find((one) => one.rule.id === rule.id)?.severity ?? rule.severity,
    state,
    ...(waiver?.expires === undefined ? {} : { expires: waiver.expires }),
    ...(waiver?.created === undefined ? {} : { created: waiver.created }),
    reason: waiver?.reason ?? annotation?.reason ?? '',
    ...(waiver?.owner === undefined ? {} : { owner: waiver.owner }),
    objects: objects.length,
    namespaces,
    teams,
  };
}
