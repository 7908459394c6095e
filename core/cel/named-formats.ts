import { encodeUtf8 } from './utf8.ts';
import { LibraryValue, reserveFields, type CelObject } from './values.ts';
import { parseUrl } from './libraries/url-parse.ts';

/** What is wrong with a text, in the API server's words; nothing where it fits. */
export type Validate = (text: string) => readonly string[];

/** A format of Kubernetes by its name, such as `dns1123Label` (k8s.io/apiserver/pkg/cel/format.go). */
export class NamedFormat extends LibraryValue {
  readonly typeName = 'kubernetes.NamedFormat';
  readonly formatName: string;
  readonly formatValidate: Validate;
  constructor(formatName: string, formatValidate: Validate) {
    super();
    this.formatName = formatName;
    this.formatValidate = formatValidate;
  }
  override get isNoKey(): boolean {
    return true;
  }
  equals(other: CelObject): boolean {
    return other instanceof NamedFormat && other.formatName === this.formatName;
  }
  override toString(): string {
    return this.formatName;
  }
}
reserveFields(new NamedFormat('', () => []));

/** A message of apimachinery's validation (k8s.io/apimachinery/pkg/util/validation): what is allowed, examples, the pattern. */
const must = (what: string, pattern: string, ...examples: readonly string[]): string =>
  `${what} (e.g. ${examples.map((example) => `'${example}'`).join(',  or ')}, regex used for validation is '${pattern}')`;

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = String.raw`${LABEL}(\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = `(${NAME})?`;

const ENDS = 'must start and end with an alphanumeric character';
const LABEL_MESSAGE = must(
  `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and ${ENDS}`,
  LABEL,
  'my-name',
  '123-abc',
);
const SUBDOMAIN_MESSAGE = must(
  `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and ${ENDS}`,
  SUBDOMAIN,
  'example.com',
);
const LABEL_1035_MESSAGE = must(
  `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character`,
  LABEL_1035,
  'my-name',
  'abc-123',
);
const NAME_MESSAGE = must(
  `must consist of alphanumeric characters, '-', '_' or '.', and ${ENDS}`,
  NAME,
  'MyName',
  'my.name',
  '123-abc',
);
const VALUE_MESSAGE = must(
  `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and ${ENDS}`,
  VALUE,
  'MyValue',
  'my_value',
  '12345',
);
const KEY_MESSAGE = `a valid label key ${NAME_MESSAGE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;

const IS_SUBDOMAIN = new RegExp(`^(?:${SUBDOMAIN})$`, 'u');

const bytesOf = (text: string): number => encodeUtf8(text).length;

/**
 * Limit first, then pattern. The patterns have no two ways to match one text, so that V8 takes them in linear time; the limit is
 * looked at before the pattern is tried on a long text all the same.
 */
const checked = (limit: number, unit: 'characters' | 'bytes', pattern: string, message: string): Validate => {
  const re = new RegExp(`^(?:${pattern})$`, 'u');
  return (text) => [
    ...(bytesOf(text) > limit ? [`must be no more than ${limit} ${unit}`] : []),
    ...(re.test(text) ? [] : [message]),
  ];
};

const plainLabel = checked(63, 'characters', LABEL, LABEL_MESSAGE);
/** Dots that would do in a subdomain have a message of their own. */
const label: Validate = (text) =>
  plainLabel(text).map((message) => (message === LABEL_MESSAGE && IS_SUBDOMAIN.test(text) ? 'must not contain dots' : message));
const subdomain = checked(253, 'characters', SUBDOMAIN, SUBDOMAIN_MESSAGE);
const label1035 = checked(63, 'characters', LABEL_1035, LABEL_1035_MESSAGE);
const name = checked(63, 'bytes', NAME, NAME_MESSAGE);

/** Names for generateName may end with a hyphen: it and the character before it give way to a letter, as apimachinery does. */
const asPrefix =
  (validate: Validate): Validate =>
  (text) =>
    validate(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

const qualifiedName: Validate = (text) => {
  const parts = text.split('/');
  if (parts.length > 2) return [KEY_MESSAGE];
  const own = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? (parts[0] as string) : undefined;
  const messages: string[] = [];
  if (prefix === '') messages.push('prefix part must be non-empty');
  else if (prefix !== undefined) messages.push(...subdomain(prefix).map((message) => `prefix part ${message}`));
  if (own === '') messages.push('name part must be non-empty');
  messages.push(...name(own).map((message) => `name part ${message}`));
  return messages;
};

const pattern =
  (re: RegExp, message: string): Validate =>
  (text) =>
    re.test(text) ? [] : [message];

const isDate = (text: string): boolean => {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (days[month - 1] ?? 0);
};

const isDateTime = (text: string): boolean => {
  const [date = '', time] = text.toLowerCase().split('t');
  if (time === undefined || !isDate(date)) return false;
  const parts = /^(\d\d):(\d\d):(\d\d)(.\d+)?(z|[+-]\d\d:\d\d)$/.exec(time);
  return parts !== null && (parts[1] ?? '') <= '23' && (parts[2] ?? '') <= '59' && (parts[3] ?? '') <= '59';
};

/** Go's reasons, as far as they do not need its parser: the first letters tell. */
function uri(text: string): readonly string[] {
  if (parseUrl(text, true) !== undefined) return [];
  const why =
    text === ''
      ? 'empty url'
      : text.startsWith(':')
        ? 'missing protocol scheme'
        : /^([a-z][a-z0-9+.-]*:|\/)/i.test(text)
          ? 'invalid URI'
          : 'invalid URI for request';
  return [`parse ${JSON.stringify(text)}: ${why}`];
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const NAMED_FORMATS: ReadonlyMap<string, NamedFormat> = new Map(
  Object.entries({
    dns1123Label: label,
    dns1123Subdomain: subdomain,
    dns1035Label: label1035,
    dns1123LabelPrefix: asPrefix(label),
    dns1123SubdomainPrefix: asPrefix(subdomain),
    dns1035LabelPrefix: asPrefix(label1035),
    qualifiedName,
    labelValue: checked(63, 'bytes', VALUE, VALUE_MESSAGE),
    uri,
    uuid: pattern(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, 'does not match the UUID format'),
    byte: (text: string): readonly string[] => (text !== '' && BASE64.test(text) ? [] : ['invalid base64']),
    date: (text: string): readonly string[] => (isDate(text) ? [] : ['invalid date']),
    datetime: (text: string): readonly string[] => (isDateTime(text) ? [] : ['invalid datetime']),
  }).map(([formatName, validate]) => [formatName, new NamedFormat(formatName, validate)]),
);
