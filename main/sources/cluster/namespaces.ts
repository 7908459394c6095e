import { REVIEWS } from '#main/kube/allowed-requests.ts';
import type { Answer, Sender } from '#main/kube/transport.ts';
import type { ListedKind } from '#main/sources/source.ts';
import { readPageFrame } from './page.ts';

/** Where to look namespace by namespace, for a user who may not list across the cluster. */
export interface NamespaceFallback {
  /** The context's namespace, and all others where their list may be read. */
  names(signal: AbortSignal): Promise<readonly string[]>;
  /** False where the server says that listing this kind there is not allowed: saves a refused request for each kind and namespace. */
  mayList(kind: ListedKind, namespace: string, signal: AbortSignal): Promise<boolean>;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const parse = (answer: Answer): Fields => {
  try {
    return fieldsOf(JSON.parse(Buffer.from(answer.bytes).toString('utf8')));
  } catch {
    return {};
  }
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

/** Pages of 500; a cluster with more namespaces than this is listed by nobody without rights. */
const MAX_PAGES = 20;

async function readNames(sender: Sender, signal: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  let token = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = `/api/v1/namespaces?limit=500${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}`;
    const answer = await sender.send({ verb: 'GET', path, accept: METADATA_LIST, signal });
    if (!answer.ok || answer.value.status !== 200) return names;
    for (const item of list(parse(answer.value)['items'])) {
      const { name } = fieldsOf(fieldsOf(item)['metadata']);
      if (typeof name === 'string') names.push(name);
    }
    token = readPageFrame(answer.value.bytes)?.continue ?? '';
    if (token === '') break;
  }
  return names;
}

const covers = (values: unknown, wanted: string): boolean => list(values).some((value) => value === '*' || value === wanted);

/** Undefined where the server does not say (no answer, or an authorizer that cannot list its rules): then it is worth asking. */
async function readRules(sender: Sender, namespace: string, signal: AbortSignal): Promise<readonly Fields[] | undefined> {
  const body = JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } });
  const answer = await sender.send({ verb: 'POST', path: REVIEWS.rules, body, signal });
  if (!answer.ok || answer.value.status !== 201) return undefined;
  const status = fieldsOf(parse(answer.value)['status']);
  return status['incomplete'] === true ? undefined : list(status['resourceRules']).filter(isFields);
}

/** Answers are asked for once and kept for the scan. */
export function namespaceFallback(sender: Sender, contextNamespace: string): NamespaceFallback {
  let names: Promise<readonly string[]> | undefined;
  const rules = new Map<string, Promise<readonly Fields[] | undefined>>();
  return {
    async names(signal) {
      names ??= readNames(sender, signal);
      return [...new Set([contextNamespace, ...(await names)])];
    },
    async mayList(kind, namespace, signal) {
      const asked = rules.get(namespace) ?? readRules(sender, namespace, signal);
      rules.set(namespace, asked);
      const known = await asked;
      if (known === undefined) return true;
      return known.some(
        (rule) =>
          covers(rule['verbs'], 'list') &&
          covers(rule['apiGroups'], kind.group) &&
          covers(rule['resources'], kind.resource) &&
          list(rule['resourceNames']).length === 0,
      );
    },
  };
}
