import { isObject, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { ApiResponse, ApiServer } from '#test/apiserver.ts';
import { servable, TEMPLATE_KINDS, workloadOf } from '#core/enforce/parity/served-objects.fixture.ts';
import type { TemplateKind } from '#core/enforce/parity/served-objects.fixture.ts';
import { isEphemeral, podObject } from './cases.ts';
import type { PodCase } from './cases.ts';
import { controlsAt, LEVELS, NEWEST_JUDGED } from './facts.ts';
import type { Level } from './facts.ts';

/** What PodSecurity admission says: the controls that are violated, by upstream id, sorted; or why it was not asked at all. */
export type Answer =
  | { readonly type: 'judged'; readonly controls: readonly string[] }
  | { readonly type: 'notJudged'; readonly why: string };

/** How refusals name each control. Two forms of one control have the same words: which is meant depends on the level and the version. */
const WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^privileged$/, ['privileged']],
  [/^host namespaces$/, ['hostNamespaces']],
  [/^hostPath volumes$/, ['hostPathVolumes']],
  [/^hostPort$/, ['hostPorts']],
  [/^probe or lifecycle host$/, ['hostProbesAndHostLifecycle']],
  [/^non-default capabilities$/, ['capabilities_baseline']],
  [/^hostProcess$/, ['windowsHostProcess']],
  [/^seLinuxOptions$/, ['seLinuxOptions']],
  [/^procMount$/, ['procMount', 'procMount_restricted']],
  [/^forbidden AppArmor profiles?$/, ['appArmorProfile']],
  [/^seccompProfile$/, ['seccompProfile_baseline', 'seccompProfile_restricted']],
  [/^forbidden sysctls$/, ['sysctls']],
  [/^restricted volume types$/, ['restrictedVolumes']],
  [/^allowPrivilegeEscalation != false$/, ['allowPrivilegeEscalation']],
  [/^runAsNonRoot != true$/, ['runAsNonRoot']],
  [/^runAsUser=0$/, ['runAsUser']],
  [/^unrestricted capabilities$/, ['capabilities_restricted']],
];

/** `a (details, of "any, kind"), b (details)` as `a` and `b`. */
function reasonsOf(text: string): readonly string[] {
  const reasons: string[] = [];
  let [depth, quoted, current] = [0, false, ''];
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === '(') depth += 1;
    else if (!quoted && character === ')') depth -= 1;
    else if (!quoted && depth === 0 && character === ',') {
      reasons.push(current.trim());
      current = '';
    } else if (depth === 0) current += character;
  }
  return [...reasons, current.trim()];
}

/** The controls that a refusal or a warning names; undefined where it is none of PodSecurity's. */
export function namedControls(text: string, level: Level, version: number): readonly string[] | undefined {
  const [, rest] = /violates? PodSecurity "[^"]*": (.*)$/s.exec(text) ?? [];
  if (rest === undefined) return undefined;
  const there = controlsAt(level, version).map(({ id }) => id);
  return reasonsOf(rest)
    .map((reason) => {
      const ids = WORDS.find(([words]) => words.test(reason))?.[1];
      const [id, ...others] = (ids ?? []).filter((one) => there.includes(one));
      if (id === undefined || others.length > 0)
        throw new Error(`'${reason}' names no one control at ${level} 1.${version}: ${text}`);
      return id;
    })
    .toSorted();
}

const said = ({ body }: ApiResponse): string =>
  isObject(body as JsonValue) ? (textAt(body as JsonObject, 'message') ?? '') : '';

const enforced = (level: Level, version: number): string => `enforce-${level}-${version}`;
const warned = (level: Level, version: number): string => `warn-${level}-${version}`;
const OPEN = 'open';

/** Answers without the object, which nobody reads. */
const NAME_ONLY = { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' };

const pods = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;
const collection = (object: JsonObject, namespace: string): string => {
  const version = textAt(object, 'apiVersion') ?? '';
  return `${version.includes('/') ? '/apis/' : '/api/'}${version}/namespaces/${namespace}/${textAt(object, 'kind')?.toLowerCase()}s`;
};

/** The workload that makes Pods like a case's; ephemeral containers are in none. */
export function workloadCase(one: PodCase, kind: TemplateKind): JsonObject {
  const annotated = (value: JsonValue): JsonValue => {
    if (!isObject(value)) return value;
    if (
      isObject(value['template']) &&
      isObject(value['template']['spec']) &&
      value['template']['spec']['containers'] !== undefined
    )
      return {
        ...value,
        template: {
          ...value['template'],
          metadata: { ...(value['template']['metadata'] as object), annotations: one.annotations },
        },
      };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, annotated(inner)]));
  };
  const bare = { ...one, annotations: {} };
  return annotated(servable(workloadOf(podObject(bare), kind))) as JsonObject;
}

/** The kind of workload that stands for a case. */
export const kindOf = (number: number): TemplateKind => TEMPLATE_KINDS[number % TEMPLATE_KINDS.length] ?? 'CronJob';

/** Real PodSecurity admission, asked by dry runs in a namespace for each level and policy version. */
export class Judge {
  readonly #server: ApiServer;
  #target: JsonObject = {};

  private constructor(server: ApiServer) {
    this.#server = server;
  }

  static async over(server: ApiServer, target: PodCase): Promise<Judge> {
    const judge = new Judge(server);
    await judge.#prepare(target);
    return judge;
  }

  async #prepare(target: PodCase): Promise<void> {
    const label = (name: string, labels: Readonly<Record<string, string>>) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
    const namespaces = LEVELS.flatMap((level) =>
      Array.from({ length: NEWEST_JUDGED + 1 }, (_, version) => {
        const labels = (mode: string) => ({
          [`pod-security.kubernetes.io/${mode}`]: level,
          [`pod-security.kubernetes.io/${mode}-version`]: `v1.${version}`,
        });
        return [label(enforced(level, version), labels('enforce')), label(warned(level, version), labels('warn'))];
      }).flat(),
    );
    await each([label(OPEN, {}), ...namespaces], async (namespace) => {
      await this.#server.request('POST', '/api/v1/namespaces', namespace);
      const { name } = namespace.metadata;
      if (!name.startsWith('enforce-')) return;
      const made = await this.#server.request('POST', pods(name), podObject(target, 'target'));
      if (made.status !== 201) throw new Error(`${name} takes no Pod that keeps to all controls: ${said(made)}`);
      this.#target = made.body as JsonObject;
    });
  }

  #send(one: PodCase, namespace: string): Promise<ApiResponse> {
    if (!isEphemeral(one)) return this.#server.request('POST', `${pods(namespace)}?dryRun=All`, podObject(one), NAME_ONLY);
    const { spec } = this.#target;
    const { ephemeralContainers = [] } = one.spec;
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'target', namespace },
      spec: { ...(spec as JsonObject), ephemeralContainers },
    };
    return this.#server.request('PUT', `${pods(namespace)}/target/ephemeralcontainers?dryRun=All`, object, NAME_ONLY);
  }

  /** Whether the server's validation takes the Pod at all; as the server sees it, with its defaults. */
  async seen(one: PodCase): Promise<JsonObject | string> {
    const answer = await this.#server.request('POST', `${pods(OPEN)}?dryRun=All`, podObject(one));
    return answer.status === 201 ? (answer.body as JsonObject) : said(answer);
  }

  async pod(one: PodCase, level: Level, version: number): Promise<Answer> {
    const answer = await this.#send(one, enforced(level, version));
    if (answer.status < 300) return { type: 'judged', controls: [] };
    const controls = answer.status === 403 ? namedControls(said(answer), level, version) : undefined;
    return controls === undefined ? { type: 'notJudged', why: said(answer) } : { type: 'judged', controls };
  }

  /** The warning that a workload of these Pods gets. */
  async workload(object: JsonObject, level: Level, version: number): Promise<Answer> {
    const answer = await this.#server.request(
      'POST',
      `${collection(object, warned(level, version))}?dryRun=All`,
      object,
      NAME_ONLY,
    );
    if (answer.status >= 300) return { type: 'notJudged', why: said(answer) };
    const named = answer.warnings.flatMap((warning) => namedControls(warning, level, version) ?? []);
    return { type: 'judged', controls: named };
  }
}

/** Runs at most sixteen at a time. */
export async function each<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const run = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: 16 }, run));
}
