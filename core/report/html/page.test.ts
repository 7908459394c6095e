import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { LIBRARY, objectOf, POLICY } from '#core/policy/small-scan.fixture.ts';
import { buildReport } from '#core/report/build.ts';
import { CONTEXT, SMALL } from '#core/report/formats.fixture.ts';
import { MAX_FINDINGS } from '#core/report/html/findings.ts';
import { toHtml } from '#core/report/html/page.ts';
import { reportOf, RESULT } from '#core/report/report.fixture.ts';

const page = toHtml(SMALL, CONTEXT).text;

describe('the page for people', () => {
  it('loads nothing, runs nothing, and knows its one style by its hash', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(page.match(/<style|<script|<link|<img|<iframe|\bsrc=|\bhref=|\bstyle=|\bon[a-z]+=/g)).toEqual(['<style']);
    expect(style).not.toMatch(/url\(|@import/);
  });

  it('says who decided what: waivers with reason, owner and end, fixes, debt, rules that are off', () => {
    const decisions = page.slice(page.indexOf('<h2>Decisions'), page.indexOf('<h2>Coverage'));
    for (const said of ['load test | until the fair', 'sre', '2026-12-31', 'until March', 'annotation', 'ada', '2026-12-24'])
      expect(decisions).toContain(said);
    expect(decisions).toContain('1 of the findings were there when the baseline was frozen');
    expect(decisions).toContain('the agents need it');
  });

  it('says what was not seen', () => {
    const coverage = page.slice(page.indexOf('<h2>Coverage'), page.indexOf('<h2>Findings'));
    for (const said of ['50.0 %', 'no rights to list secrets', 'a colon is missing', 'b.yaml:2'])
      expect(coverage).toContain(said);
    expect(page).toContain('incomplete: not everything was read');
  });

  it('draws the baseline that stands beside the policy, else what one would hold', () => {
    expect(page).toContain('a baseline made now would hold the first');
    const beside = toHtml(SMALL, { ...CONTEXT, baseline: { name: 'shop-baseline', rules: new Set(['limits']) } }).text;
    expect(beside).toContain('The baseline shop-baseline holds 1 of 2 rules, of which 1 regressed; 1 are still missing.');
    expect(beside).toContain('class="mark"');
  });

  it('stays a page that opens at once with 10,000 findings, and says what it does not list', () => {
    const objects = Array.from({ length: 10_000 }, (_, at) =>
      objectOf(
        'Pod',
        `a-service-with-a-name-${at}`,
        { [at % 2 === 0 ? 'limits' : 'secrets']: 'fail' },
        { namespace: `ns-${at % 90}` },
      ),
    );
    const { text, notes } = toHtml(buildReport({ ...RESULT, objects }, POLICY, LIBRARY), CONTEXT);
    expect(text.length).toBeLessThan(600_000);
    const rows = text.slice(text.indexOf('<h2>Findings')).match(/<tr>/g)?.length ?? 0;
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThanOrEqual(MAX_FINDINGS + 2);
    expect(notes).toEqual([expect.stringMatching(/^html: [\d,]+ of 10,000 findings are counted and not listed/)]);
    expect(text).toContain('of 10,000 findings are counted and not listed here.');
  });

  it('of nothing says that nothing was judged', () => {
    const { text, notes } = toHtml(reportOf({ objects: [], errors: [], notes: [] }), CONTEXT);
    expect(text).toContain('Nothing was judged.');
    expect(notes).toEqual([]);
  });
});
