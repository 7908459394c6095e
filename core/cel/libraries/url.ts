import type { EvaluationFrame } from '../frame.ts';
import { define, type Body, type Library } from '../library.ts';
import { emptyRecord, type CelValue, type Val } from '../values.ts';
import { isUrlText, parseUrlValue, Url } from './url-value.ts';

const onText =
  (call: (f: EvaluationFrame, text: string) => Val): Body =>
  (f, text) =>
    typeof text !== 'string' ? f.noOverload(text) : f.spendOn(text.length) ? call(f, text) : f.overBudget();

const on =
  (call: (url: Url) => CelValue): Body =>
  (f, value) =>
    value instanceof Url ? call(value) : f.noOverload(value);

function queryOf(url: Url): CelValue {
  const record = emptyRecord();
  for (const [key, values] of url.urlQuery) record[key] = values;
  return record;
}

/** Kubernetes' URLs: k8s.io/apiserver/pkg/cel/library/urls.go. */
export const urls: Library = {
  name: 'url',
  functions: [
    define(
      'url',
      0,
      ['(string) url'],
      onText((f, text) => parseUrlValue(text) ?? f.fail('not a URL: an absolute URI or an absolute path is needed', text)),
    ),
    define(
      'isURL',
      0,
      ['(string) bool'],
      onText((_, text) => isUrlText(text)),
    ),
    define(
      'getScheme',
      0,
      ['url.() string'],
      on((url) => url.urlParts.scheme),
    ),
    define(
      'getHost',
      0,
      ['url.() string'],
      on((url) => url.urlHost),
    ),
    define(
      'getHostname',
      0,
      ['url.() string'],
      on((url) => url.urlHostname),
    ),
    define(
      'getPort',
      0,
      ['url.() string'],
      on((url) => url.urlPort),
    ),
    define(
      'getEscapedPath',
      0,
      ['url.() string'],
      on((url) => url.urlPath),
    ),
    define('getQuery', 0, ['url.() map(string, list(string))'], on(queryOf)),
  ],
};
