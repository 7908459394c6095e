import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '#cli/index.ts';
import { runCliHere } from '#test/run-cli-here.ts';

const COMMANDS = [
  'scan',
  'test',
  'snapshot',
  'history',
  'import',
  'show',
  'rules',
  'policy',
  'promote',
  'waive',
  'decide',
  'inbox',
  'enforce',
  'cel',
  'serve',
] as const;

const POLICY = [
  'list',
  'show',
  'effective',
  'diff',
  'lint',
  'revisions',
  'baseline',
  'gap',
  'promote',
  'demote',
  'restore',
  'import',
  'export',
] as const;

const ENFORCE = ['plan', 'replay', 'rollout', 'export', 'check', 'drift'] as const;

/** `policy list` */
const pathOf = (command: Command): string => (command.parent?.name() === 'policy' ? `policy ${command.name()}` : command.name());

describe('--help', () => {
  it('is there for all commands, and for no others', () => {
    expect(buildProgram().commands.map((command) => command.name())).toEqual(COMMANDS);
  });

  it.each([
    ['policy', POLICY],
    ['enforce', ENFORCE],
  ] as const)('is there for all commands of %s', (name, commands) => {
    const above = buildProgram().commands.find((command) => command.name() === name);
    expect(above?.commands.map((command) => command.name())).toEqual(commands);
  });

  it.each([...COMMANDS, ...POLICY.map((name) => `policy ${name}`), ...ENFORCE.map((name) => `enforce ${name}`)])(
    'of %s fits a screen, and shows examples of itself',
    async (name) => {
      const { code, stdout } = await runCliHere([...name.split(' '), '--help']);
      expect(code).toBe(0);
      const lines = stdout.trimEnd().split('\n');
      // An export has the options of thirteen targets.
      expect(lines.length).toBeLessThanOrEqual(name === 'enforce export' ? 50 : 40);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
      const examples = stdout.slice(stdout.indexOf('Examples:')).split('\n').slice(1);
      expect(examples.filter((line) => line.includes(`plimsoll ${name}`)).length).toBeGreaterThan(0);
    },
  );

  it('of the program names the commands and the exit codes', async () => {
    const { code, stdout } = await runCliHere(['--help']);
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(stdout).toContain(`\n  ${name} `);
    expect(stdout).toMatch(/Exit codes: 0 .* 1 .* 2 /);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(40);
  });

  it('has no mistake in the examples: each is understood', () => {
    const commands = buildProgram().commands;
    for (const command of [...commands, ...commands.flatMap((one) => one.commands)]) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      const known = command.options.flatMap(({ short, long }) => [short, long]);
      for (const line of help
        .slice(help.indexOf('Examples:'))
        .split('\n')
        .filter((text) => text.includes(`plimsoll ${pathOf(command)} `))) {
        if (command.commands.length > 0) continue;
        const used = [...line.slice(line.indexOf('plimsoll')).matchAll(/ (--?[a-z][a-z-]*)/g)].map((match) => match[1]);
        expect(
          used.filter((option) => !known.includes(option)),
          line,
        ).toEqual([]);
      }
    }
  });
});

describe('a slip of the pen', () => {
  it.each<[string, readonly string[], string]>([
    ['an unknown command', ['scna'], 'scan'],
    ['an unknown option', ['test', 'x', '--polcy', 'all'], '--policy'],
    ['no path', ['test'], "missing required argument 'path'"],
    ['an unknown format', ['scan', '-o', 'xml'], 'the formats here are table, json, yaml, sarif'],
    ['a slip in the name of a format', ['test', 'x', '-o', 'sarfi'], "Did you mean 'sarif'?"],
    ['a format of reports alone', ['policy', 'list', '-o', 'sarif'], 'the formats here are table, json, yaml, csv, markdown'],
    ['a format of lists alone', ['policy', 'lint', '-o', 'csv'], 'the formats here are table, json, yaml.'],
    ['a severity that is none', ['test', 'x', '--fail-on', 'bad'], 'new, critical'],
    ['warnings that are no number', ['test', 'x', '--max-warnings', 'many'], 'whole number'],
    ['a version that is none', ['test', 'x', '-s', 'latest'], '1.34.0'],
    ['a mode that is none', ['enforce', 'plan', '--mode', 'off'], 'audit, warn or deny'],
    ['a mode for a pattern', ['enforce', 'plan', '--mode', 'deny:shop-*'], 'patterns'],
    ['a namespace with two modes', ['enforce', 'plan', '--mode', 'deny:a', '--mode', 'warn:b,a'], 'two modes'],
    ['a version before admission policies', ['enforce', 'plan', '--kubernetes', '1.27'], 'the oldest is 1.28'],
    ['an export to nowhere', ['enforce', 'export'], '--out'],
    ['a policy command without a reason', ['policy', 'demote', 'cpu-limit', '--from', 'x'], '--reason'],
    ['no file after the equals sign', ['test', 'x', '-o', 'json='], 'a file name must follow'],
    ['a label without a value', ['test', 'x', '--label', 'main'], 'key=value'],
    ['a format of another command', ['rules', '-o', 'html'], 'table, json'],
    ['no file for a list', ['history', '-o', 'json='], 'a file name must follow'],
    ['a port that is none', ['serve', '--port', 'http'], 'a port is a number'],
    ['a port that is too high', ['serve', '--port', '70000'], 'a port is a number'],
  ])('%s is usage: exit code 1, and what would be right', async (_, args, said) => {
    const { code, stdout, stderr } = await runCliHere(args);
    expect(code).toBe(1);
    expect(stderr).toContain(said);
    expect(stdout).toBe('');
  });
});
