import { createHash } from 'node:crypto';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan } from '#core/evaluate/plan.ts';
import type { EvaluatedObject, RuleSet } from '#core/inventory/model.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import type { AppError } from '#core/model.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import type { Feed, FeedEvent } from '#main/scan/feed.ts';
import { minorNumber, ruleSetOf } from '#main/scan/library-facts.ts';
import type { OpenTarget, OpenTargetOptions } from '#main/scan/targets.ts';
import type { SnapshotObject } from '#main/sources/snapshot/format.ts';
import { readSnapshot } from '#main/sources/snapshot/read.ts';
import type { Snapshot } from '#main/sources/snapshot/read.ts';
import { generatedCode } from '#main/scan/generated-code.ts';
import { encodeBody } from '#main/store/body.ts';
import { carriedRules, mergeFacts } from '#main/store/facts.ts';

const BATCH = 500;

/** A snapshot file as a target: its facts are taken over where rule and context are equal, the rest is judged on redacted bodies. */
export async function snapshotFeed(file: string, options: OpenTargetOptions): Promise<Result<OpenTarget, AppError>> {
  const opened = await readSnapshot(file);
  if (!opened.ok) return opened;
  const { header } = opened.value;
  const kubernetesMinor = options.kubernetesMinor ?? header.kubernetesMinor;
  const ruleSet = ruleSetOf(options.library, kubernetesMinor);
  const judge = new SnapshotJudge(options.library, header.ruleset, ruleSet, kubernetesMinor);
  return ok({
    source: {
      kind: 'snapshot',
      name: options.name ?? header.source.name,
      identity: header.source.identity,
      provisional: header.source.provisional,
      path: file,
    },
    feed: feedOf(file, opened.value, judge),
    startedAt: header.run.startedAt,
    ...(header.run.finishedAt === undefined ? {} : { finishedAt: header.run.finishedAt }),
    ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }),
    ...(header.server === undefined ? {} : { server: header.server }),
    ...(header.user === undefined ? {} : { user: header.user }),
    requests: () => [],
  });
}

const feedOf = (file: string, snapshot: Snapshot, judge: SnapshotJudge): Feed => ({
  groups: 1,
  events: events(file, snapshot, judge),
  close: () => snapshot.close(),
});

async function* events(file: string, snapshot: Snapshot, judge: SnapshotJudge): AsyncGenerator<FeedEvent> {
  for (const entry of snapshot.header.coverage) yield { type: 'coverage', entry };
  let judged: EvaluatedObject[] = [];
  const batch = (): FeedEvent => ({
    type: 'batch',
    group: '',
    batch: { judged, errors: [], notes: [], evaluated: judge.judgesAnew ? judged.length : 0 },
  });
  for await (const item of snapshot.items) {
    if (item.type === 'problem') {
      yield {
        type: 'problem',
        severity: 'error',
        problem: { file, message: `${item.error.what}. ${item.error.why} ${item.error.next}` },
      };
      break;
    }
    judged.push(judge.judge(item.object));
    if (judged.length < BATCH) continue;
    yield batch();
    judged = [];
  }
  if (judged.length > 0) yield batch();
}

class SnapshotJudge {
  readonly #carried: Int32Array;
  readonly #anew:
    | { readonly mask: Uint8Array; readonly evaluator: Evaluator; readonly normalise: ReturnType<typeof normaliser> }
    | undefined;

  constructor(library: Library, from: RuleSet, to: RuleSet, kubernetesMinor: string | undefined) {
    this.#carried = carriedRules(from, to);
    const mask = Uint8Array.from(this.#carried, (place) => (place < 0 ? 1 : 0));
    if (!mask.includes(1)) return;
    const plan = buildPlan(library.rules, library.matchers, { minor: minorNumber(kubernetesMinor) });
    if (!plan.ok) throw new Error(plan.error.map((issue) => `${issue.rule}: ${issue.message}`).join('; '));
    this.#anew = {
      mask,
      evaluator: new Evaluator(plan.value, generatedCode),
      normalise: normaliser(library.defaults, library.matchers),
    };
  }

  get judgesAnew(): boolean {
    return this.#anew !== undefined;
  }

  judge(object: SnapshotObject): EvaluatedObject {
    const { body, verdicts, findings, ...rest } = object;
    const anew = this.#anew;
    const fresh =
      anew === undefined
        ? undefined
        : { mask: anew.mask, ...anew.evaluator.evaluate(anew.normalise(body), { declared: object.declared, mask: anew.mask }) };
    const text = encodeBody(body);
    return {
      ...rest,
      ...mergeFacts({ verdicts, findings }, this.#carried, fresh),
      body: text,
      bodyHash: createHash('sha256').update(text).digest(),
    };
  }
}
