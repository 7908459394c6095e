/** Takes what looks like a credential out of a text that a person will see: a plugin's stderr or command line. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/gu, '<removed>'],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}/gu, '<removed>'],
  [/((?:bearer|basic)\s+)\S+/giu, '$1<removed>'],
  [/([\w-]*(?:token|secret|passw(?:or)?d|pwd|api-?key|credential)[\w-]*["']?\s*[=:]\s*["']?)[^\s"',;]+/giu, '$1<removed>'],
  [/(--?[\w-]*(?:token|secret|passw(?:or)?d|pwd|api-?key|credential)[\w-]*\s+)(?!-)\S+/giu, '$1<removed>'],
  [/(:\/\/)[^\s/@]+@/gu, '$1<removed>@'],
  // A long run of letters and digits mixed, without the separators of paths and host names.
  [/(?<![\w+=-])(?=[\w+=-]*\d)(?=[\w+=-]*[A-Za-z])[\w+=-]{24,}/gu, '<removed>'],
];

export const maskCredentials = (text: string): string =>
  PATTERNS.reduce((masked, [pattern, by]) => masked.replaceAll(pattern, by), text);
