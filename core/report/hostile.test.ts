import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { Window } from 'happy-dom';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { DEFAULT_CONTEXT } from '#core/report/context.ts';
import type { FormatName } from '#core/report/format-names.ts';
import { writeFormat } from '#core/report/formats.ts';
import { hostile, hostileReport } from '#test/hostile-report.ts';
import type { Hostile } from '#test/hostile-report.ts';
import { safeLines, safeText } from '#core/report/safe-text.ts';

/** Whatever a cluster calls its things, a format says exactly that and nothing more: each is read back here by its own grammar. */

const check = (format: FormatName, holds: (text: string, said: Hostile) => void, runs = 150): void =>
  fc.assert(
    fc.property(hostile, (said) => holds(writeFormat(hostileReport(said), format, DEFAULT_CONTEXT).text, said)),
    { numRuns: runs },
  );

/** Lone surrogates become U+FFFD when a text is written as UTF-8. */
const written = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
const messageOf = (kind: string, { namespace, name, path }: Hostile): string => `${kind} ${namespace}/${name} leaks at ${path}`;
// oxlint-disable-next-line no-control-regex -- these are what must not be there
const CONTROLS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

describe('hostile names', () => {
  it('json: are kept as they are, and escaped where a terminal would act on them', () =>
    check('json', (text, said) => {
      expect(text).not.toMatch(CONTROLS);
      const report = JSON.parse(text) as { findings: { message: string; file?: string }[] };
      expect(report.findings.map(({ message }) => message).toSorted()).toEqual(
        [messageOf('ConfigMap', said), messageOf('Pod', said)].toSorted(),
      );
    }));

  it('yaml: says what json says', () =>
    check('yaml', (text, said) => {
      expect(text).not.toMatch(CONTROLS);
      const json = writeFormat(hostileReport(said), 'json', DEFAULT_CONTEXT).text;
      const wellFormed = (_: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value);
      expect(parse(text, { version: '1.1' })).toEqual(JSON.parse(json, wellFormed));
    }));

  it('sarif: no message makes a link, and no name leads out of its address', () =>
    check('sarif', (text) => {
      const { runs } = JSON.parse(text) as {
        runs: {
          results: { message: { text: string }; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[];
        }[];
      };
      expect(runs[0]?.results).toHaveLength(3);
      for (const { message, locations } of runs[0]?.results ?? []) {
        expect(message.text).not.toMatch(/(?<!\\)\]\(/);
        expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^[\w.~!*'()%:/-]*$/);
      }
    }));

  it('junit: is well-formed XML that says them, but for characters that XML does not have', () =>
    check('junit', (text, said) => {
      const problems: string[] = [];
      const parser = new DOMParser({ errorHandler: (_level: string, message: string) => void problems.push(message) });
      const document = parser.parseFromString(written(text), 'text/xml');
      expect(problems).toEqual([]);
      const failures = Array.from(document.getElementsByTagName('failure'));
      const messages = failures.map((node) => node.getAttribute('message') ?? '').toSorted();
      expect(messages).toEqual([messageOf('ConfigMap', said), messageOf('Pod', said)].map(xmlSafe).toSorted());
    }));

  it('html: are text: no element, attribute or address comes of them', () =>
    check(
      'html',
      (text, said) => {
        const window = new Window({ settings: { disableJavaScriptEvaluation: true } });
        const { document } = window;
        document.write(text);
        const names = new Set(Array.from(document.querySelectorAll('*'), ({ tagName }) => tagName.toLowerCase()));
        expect(['script', 'img', 'a', 'iframe', 'link', 'object', 'form'].filter((tag) => names.has(tag))).toEqual([]);
        const attributes = Array.from(document.querySelectorAll('*')).flatMap((one) => one.getAttributeNames());
        expect(attributes.filter((name) => /^(?:on|style$|href$|src$)/i.test(name))).toEqual([]);
        const cells = Array.from(document.querySelectorAll('details td'), ({ textContent }) => textContent);
        expect(cells).toContain(safeText(written(messageOf('Pod', said))));
        expect(text).not.toMatch(CONTROLS);
      },
      60,
    ));

  it('csv: are cells of their own, and never formulas', () =>
    check('csv', (text, said) => {
      const [head = [], ...rows] = readCsv(text);
      expect(rows.map((row) => row.length)).toEqual([head.length, head.length, head.length]);
      expect(rows.flat().filter((cell) => /^\s*[=+\-@]/.test(cell))).toEqual([]);
      const names = rows.map((row) => row[head.indexOf('name')]?.replace(/^'(?=\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/, ''));
      expect(new Set(names)).toEqual(new Set([safeText(said.name)]));
    }));

  it('markdown: open no cell, link, tag or mention', () =>
    check('markdown', (text, said) => {
      const rows = text.slice(text.indexOf('### Findings')).split('\n').slice(4);
      expect(rows).toHaveLength(2);
      for (const row of rows) {
        const cells = row.split(/(?<!\\)\|/).slice(1, -1);
        expect(cells).toHaveLength(5);
        expect(row).not.toMatch(/(?<!\\)[[\]*_`<>~]/);
        expect(row).not.toMatch(/@|:\/\/|www\./i);
      }
      const messages = rows.map((row) =>
        unmarked(
          row
            .split(/(?<!\\)\|/)
            .at(-2)
            ?.slice(1, -1) ?? '',
        ),
      );
      expect(messages).toContain(
        safeText(said.name.toWellFormed()) === '' ? messages[0] : safeText(written(messageOf('Pod', said))),
      );
    }));

  it('github: every line is one command, and reads back as the runner reads it', () =>
    check('github', (text, said) => {
      const lines = text.split(/\r\n|\r|\n/);
      const commands = lines.slice(0, -1).map(readCommand);
      expect(lines.at(-1)).toMatch(/^plimsoll: /);
      expect(commands).toHaveLength(3);
      const messages = commands.map(({ message }) => message);
      expect(messages).toContain(safeText(`Pod ${said.namespace}/${said.name}: ${messageOf('Pod', said)}`));
      const files = commands.flatMap(({ properties }) => properties.get('file') ?? []);
      expect(files).toHaveLength(2);
      for (const { properties } of commands) expect([...properties.keys()].every((name) => /^[a-z]+$/.test(name))).toBe(true);
    }));

  it('gitlab: is JSON of the known shape, with fingerprints that are unique', () =>
    check('gitlab', (text, said) => {
      const issues = JSON.parse(text) as { description: string; fingerprint: string; location: { path: string } }[];
      expect(issues).toHaveLength(3);
      expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(3);
      expect(issues.map(({ description }) => description)).toContain(
        `Pod ${said.namespace}/${said.name}: ${messageOf('Pod', said)}`,
      );
    }));

  it.each(['policyreport', 'openreports'] as const)('%s: are values, and begin no document', (format) =>
    check(format, (text, said) => {
      const documents = parseAllDocuments(text, { version: '1.1' });
      const values = documents.map((document) => document.toJS() as { scope: { name: string }; metadata: { name: string } });
      expect(values).toHaveLength(3);
      for (const { scope, metadata } of values) {
        expect(scope.name).toBe(said.name.toWellFormed());
        expect(metadata.name).toMatch(/^plimsoll-[a-z0-9-]+$/);
      }
    }),
  );

  it('datree-json: are kept as they are', () =>
    check('datree-json', (text, said) => {
      const answer = JSON.parse(text) as {
        policyValidationResults: { ruleResults: { occurrencesDetails: { metadataName: string; skipMessage: string }[] }[] }[];
      };
      const details = answer.policyValidationResults.flatMap(({ ruleResults }) =>
        ruleResults.flatMap(({ occurrencesDetails }) => occurrencesDetails),
      );
      expect(new Set(details.map(({ metadataName }) => metadataName))).toEqual(new Set([said.name]));
      expect(details.map(({ skipMessage }) => skipMessage)).toContain(said.reason);
    }));
});

const xmlSafe = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- what XML 1.0 leaves out
  safeLines(written(text)).replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD');

/** RFC 4180, strictly. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at <= text.length) {
    let cell = '';
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        const end = text.indexOf('"', at);
        if (end === -1) throw new Error('a quote is not closed');
        cell += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at += 1;
      }
    } else {
      const end = text.slice(at).search(/[,\r]|$/);
      cell = text.slice(at, at + end);
      if (/["\n]/.test(cell)) throw new Error(`a bare cell has ${JSON.stringify(cell)}`);
      at += end;
    }
    rows.at(-1)?.push(cell);
    if (at >= text.length) return rows;
    if (text[at] === ',') at += 1;
    else if (text.startsWith('\r\n', at)) {
      rows.push([]);
      at += 2;
    } else throw new Error(`what is ${JSON.stringify(text[at])} behind a cell?`);
  }
  return rows;
}

/** Undoes backslashes and entities, in the order in which a renderer does. */
const unmarked = (text: string): string =>
  text
    .replaceAll(/\\([\\`*_[\]|~#=+.)-])/g, '$1')
    .replaceAll('&#46;', '.')
    .replaceAll('&#58;', ':')
    .replaceAll('&#64;', '@')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');

/** As actions/runner reads a line: `::name key=value,key=value::data`. */
function readCommand(line: string) {
  const match = /^::([a-z]+) ([^:]*)::(.*)$/s.exec(line);
  if (match === null) throw new Error(`no command: ${line}`);
  const [, name = '', list = '', data = ''] = match;
  const unescape = (text: string): string =>
    text.replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
  const properties = new Map(
    list.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), unescape(pair.slice(at + 1))] as const;
    }),
  );
  return { name, properties, message: unescape(data) };
}
