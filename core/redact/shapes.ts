/** What a credential looks like: by the name it goes under, and by its own shape. Pure text, no objects. */

/**
 * Names of environment variables whose value is taken for a credential (reference/security.md §5.7). Wide on purpose: what is
 * redacted by mistake costs a `notEvaluated`, what is kept by mistake is a leak.
 */
const ENV_NAME =
  /pass|secret|token|key|cred|auth|dsn|conn|pwd|jwt|bearer|cookie|hmac|salt|private|webhook|signature|(?:^|[_.-])(?:pat|sas|otp|pin|sig|pw)(?:$|[_.-])/i;

/** Words that name a credential by themselves; `auth` or `key` alone name too many harmless things outside of environments. */
const WORDS = String.raw`passw(?:or)?d|passphrase|passcode|(?<!by|com|tres|sur)pass(?!ive|ed|ing|through|thru|enger|age)|pwd|secret|token(?!iz)|credential|bearer|(?:api|access|private|secret|auth|account|shared|signing|encryption|license)[-_. ]?key|(?<![a-z])dsn(?![a-z])|conn(?:ection)?[-_. ]?str(?:ing)?|masterauth|basic[-_. ]?auth`;
const NAMED = new RegExp(WORDS, 'i');
/** Last words that make a name speak about a credential instead of holding it: a file, a reference, a lifetime. */
const ABOUT = [
  'file',
  'path',
  'dir',
  'directory',
  'name',
  'namespace',
  'ref',
  'type',
  'version',
  'ttl',
  'timeout',
  'duration',
  'interval',
  'expiry',
  'expires',
  'expiration',
  'lifetime',
  'length',
  'size',
  'count',
  'enabled',
  'disabled',
  'required',
  'rotation',
  'issuer',
  'audience',
  'url',
  'uri',
  'endpoint',
  'mode',
  'header',
  'prefix',
  'format',
  'algorithm',
  'provider',
  'store',
  'class',
  'policy',
];
const ABOUT_WORD = new RegExp(String.raw`[-_.](?:${ABOUT.join('|')})s?$`, 'i');
const ABOUT_CAMEL = new RegExp(
  String.raw`[a-z](?:${ABOUT.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('|')}|URL|URI|TTL)s?$`,
);

const FIELD =
  /(?:password|passwd|passphrase|secretkey|accesskey|apikey|privatekey|clientsecret|authtoken|accesstoken|refreshtoken|bearertoken|apitoken|connectionstring)$/i;
const HEADER = /^(?:proxy-)?authorization$|^cookie$|^set-cookie$/i;

export const isEnvCredentialName = (name: string): boolean => ENV_NAME.test(name);

/** Names in annotations, in lists of name and value, in flags. */
export const isCredentialName = (name: string): boolean =>
  HEADER.test(name) || (NAMED.test(name) && !ABOUT_WORD.test(name) && !ABOUT_CAMEL.test(name));

/** A field of a custom resource that holds a credential itself, e.g. `adminPassword`; not `passwordSecretName`. */
export const isCredentialField = (name: string): boolean => FIELD.test(name.replaceAll(/[-_]/g, ''));

/** A value that is no credential under whatever name: nothing, a switch, or a reference to a variable that is filled in later. */
export const isHarmless = (value: string): boolean =>
  value.length === 0 || /^(?:true|false|null|none|yes|no|\$\([\w.-]+\)|\$\{[\w.:-]+\}|\{\{[^{}]*\}\})$/i.test(value);

/**
 * Shapes that are certain: issuers made their tokens recognisable for exactly this purpose. Prefixes and lengths as their
 * documentation gives them (GitHub, GitLab, Slack, Google, Stripe, npm, PyPI, Docker, AWS, Azure, DigitalOcean, Vault ...).
 */
const TOKENS = [
  String.raw`\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b`,
  String.raw`\bgh[pousr]_[A-Za-z0-9]{20,}`,
  String.raw`\bgithub_pat_[A-Za-z0-9_]{20,}`,
  String.raw`\bgl(?:pat|rt|dt|cbt|ptt|ft|soat|agent|oas)-[\w-]{20,}`,
  String.raw`\bxox[abeoprs]-[\w-]{10,}`,
  String.raw`\bxapp-\d-[\w-]{10,}`,
  String.raw`hooks\.slack\.com/services/\w+/\w+/\w+`,
  String.raw`\bAIza[\w-]{35}`,
  String.raw`\bya29\.[\w-]{20,}`,
  String.raw`\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}`,
  String.raw`\bwhsec_[A-Za-z0-9+/=]{20,}`,
  String.raw`\bSG\.[\w-]{16,}\.[\w-]{16,}`,
  String.raw`\bnpm_[A-Za-z0-9]{36}`,
  String.raw`\bpypi-AgE[\w-]{20,}`,
  String.raw`\bdckr_(?:pat|oat)_[\w-]{20,}`,
  String.raw`\bhf_[A-Za-z0-9]{30,}`,
  String.raw`\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}`,
  String.raw`\bdo[opr]_v1_[a-f0-9]{64}`,
  String.raw`\bhv[sbr]\.[\w-]{20,}`,
  String.raw`\bdapi[a-f0-9]{32}`,
  String.raw`\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}`,
  String.raw`\bAGE-SECRET-KEY-1[A-Z0-9]{20,}`,
  String.raw`\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig)=[\w%+/-]{20,}`,
  String.raw`\beyJ[\w-]{8,300}\.eyJ[\w-]{8}`,
  String.raw`-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|PGP PRIVATE KEY BLOCK)-----`,
  String.raw`"(?:private_key|auth|identitytoken)"\s{0,9}:\s{0,9}"[\w+/=.-]{12,}`,
].join('|');
const TOKEN = new RegExp(TOKENS);
/** One cheap look that lets almost every text pass: the beginnings of the shapes above, in few characters. */
const SUSPICIOUS =
  /:\/\/|-----BEGIN|eyJ|A[KSBC][IC]A|gh[pousr]_|_pat_|gl[a-z]{2,5}-|xox|xapp|hooks\.s|AIza|ya29|k_live|k_test|whsec|SG\.|npm_|pypi|dckr|hf_|sk-|_v1_|hv[sbr]\.|dapi|glsa|AGE-|Key=|sig=|Signature=|"private_|"auth"|"identityt/;

/**
 * `scheme://user:password@host`, the user may be absent; a password that is a reference to a variable is none. Like every
 * pattern here it is linear: what it repeats without bound ends before what it begins with.
 */
const USERINFO = /:\/\/([^\s/?#@:"']*):([^\s/?#"']*)@/g;
/** `scheme://token@host`: a long user without a password is a token. */
const TOKEN_USER = /:\/\/[A-Za-z0-9_-]{20,}@/;

/** A text that is or holds a credential wherever it stands. */
export function hasCertainShape(text: string): boolean {
  if (text.length < 8 || !SUSPICIOUS.test(text)) return false;
  return TOKEN.test(text) || hasUserinfo(text);
}

function hasUserinfo(text: string): boolean {
  if (!text.includes('@')) return false;
  for (const match of text.matchAll(USERINFO)) {
    const password = match[2] ?? '';
    if (password !== '' && !isHarmless(password)) return true;
  }
  return TOKEN_USER.test(text);
}

/** A text that is probably a credential, where credentials are usual: a certain shape, any PEM block, an HTTP header. */
export const hasLikelyShape = (text: string): boolean =>
  text.length >= 8 && (hasCertainShape(text) || text.includes('-----BEGIN ') || INLINE_HEADER.test(text));

const INLINE_HEADER = /\b(?:authorization["']?\s{0,9}[:=]\s{0,9}|(?:bearer|basic)\s{1,9})["']?(?!\$)[A-Za-z0-9+/=._~-]{8}/i;

/** What is long and random enough to be a key, though nothing names it: only for values that stand alone. */
export const isOpaqueKey = (text: string): boolean => /^[A-Za-z0-9+/_-]{32,512}={0,2}$/.test(text) && isRandom(text);

/** Hexadecimal keys, or letters of both cases mixed with digits: words and paths are neither. */
function isRandom(text: string): boolean {
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(text)) return /[a-f]/i.test(text) && /[0-9]/.test(text);
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text) && !/^(?:\/|[a-z]+(?:[/_-][a-z0-9]+)+$)/i.test(text);
}

/** `--password=x`, `PASSWORD=x`, `-Dapi.key=x`, `password: x` in one argument or script; a path, a variable or a switch is no x. */
const ASSIGNED = new RegExp(
  String.raw`(?:^|[\s"'{,;&?(-])([\w.-]{0,60}?(?:${WORDS})[\w.-]{0,60})["']?(?:=|:\s{0,9})(["']?)([^\s"',;&)}]*)`,
  'gi',
);
/** `--token x` inside a longer text. */
const FLAGGED = new RegExp(String.raw`(?:^|\s)--?([\w.-]{0,60}?(?:${WORDS})[\w.-]{0,60})\s{1,9}(["']?)(?!-)([^\s"']+)`, 'gi');
const USER_PASSWORD = /(?:^|\s)(?:-u|--user|--userpwd|--proxy-user)[\s=]{1,9}["']?[^\s:"'$/]+:(?!\/)[^\s"'$]\S*/;
/** A flag that says of the next argument that it is a credential. */
const FLAG_ALONE = new RegExp(String.raw`^--?([\w.-]*?(?:${WORDS})[\w.-]*)$`, 'i');
const WORTH_A_LOOK = /pass|pwd|secret|token|cred|bearer|key|dsn|conn|auth|-u|user/i;

/** An argument, or a script in one, that holds a credential. */
export function isCredentialArgument(text: string): boolean {
  if (text.length < 4) return false;
  return hasLikelyShape(text) || isOpaqueKey(text) || assignsCredential(text);
}

/** A text that gives a credential its value somewhere: `... password=x ...`, `--token x`. */
export const assignsCredential = (text: string): boolean =>
  WORTH_A_LOOK.test(text) && (holds(text, ASSIGNED) || holds(text, FLAGGED) || USER_PASSWORD.test(text));

function holds(text: string, pattern: RegExp): boolean {
  for (const [, name = '', , value = ''] of text.matchAll(pattern)) if (isCredentialName(name) && isLiteral(value)) return true;
  return false;
}

/** Whether the argument after this one is a credential: `--password`, `-u`. */
export const announcesCredential = (text: string): 'password' | 'user' | undefined => {
  const name = text.length < 80 ? FLAG_ALONE.exec(text)?.[1] : undefined;
  if (name !== undefined && isCredentialName(name)) return 'password';
  return /^(?:-u|--user|--userpwd|--proxy-user)$/.test(text) ? 'user' : undefined;
};

/** A value that stands for itself: no variable, path, switch or number of seconds. */
export const isLiteral = (value: string): boolean =>
  value.length > 0 &&
  !isHarmless(value) &&
  !/^(?:\$|`|<|\/|\.{1,2}\/|~\/|%)/.test(value) &&
  !/^\d{1,4}(?:ms|s|m|h|d)?$/.test(value);
