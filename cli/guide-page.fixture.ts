/**
 * docs/guide.md as something that can be done again: its console blocks are commands with what they print, its yaml blocks that
 * begin with a file's name are files, and comments move the clock or change the cluster.
 */
export type Step =
  | { readonly type: 'clock'; readonly day: number }
  | { readonly type: 'apply'; readonly file: string }
  | { readonly type: 'silent'; readonly command: string }
  | { readonly type: 'file'; readonly path: string; readonly text: string }
  | { readonly type: 'console'; readonly commands: readonly string[]; readonly start: number; readonly end: number };

const PART = /^<!-- (day|apply|run) (.+?) -->$|^```(console|yaml)\n([\s\S]*?)^```$/gm;

/** The steps of the page, in order. `start` and `end` bound what stands between a console block's fences. */
export function stepsOf(page: string): readonly Step[] {
  return [...page.matchAll(PART)].flatMap((match): readonly Step[] => {
    const [whole, act, value = '', fence, body = ''] = match;
    if (act === 'day') return [{ type: 'clock', day: Number(value) }];
    if (act === 'apply') return [{ type: 'apply', file: value }];
    if (act === 'run') return [{ type: 'silent', command: value }];
    if (fence === 'yaml') {
      const path = /^# (\S+\.yaml)\n/.exec(body)?.[1];
      return path === undefined ? [] : [{ type: 'file', path, text: body }];
    }
    const start = match.index + whole.indexOf('\n') + 1;
    return [{ type: 'console', commands: commandsOf(body), start, end: start + body.length }];
  });
}

/** Lines that begin with `$ `; one that ends with a backslash goes on in the next. */
function commandsOf(body: string): readonly string[] {
  const lines = body.split('\n');
  const commands: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    if (lines[index]?.startsWith('$ ') !== true) continue;
    let command = lines[index] ?? '';
    while (command.endsWith('\\')) {
      index += 1;
      command = `${command}\n${lines[index] ?? ''}`;
    }
    commands.push(command.slice(2));
  }
  return commands;
}

/** The words of a command as a shell would hand them on: quotes hold words together, nothing else is special here. */
export const wordsOf = (command: string): readonly string[] =>
  [...command.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** The page with other text between the fences of its console blocks. */
export function withConsole(page: string, texts: ReadonlyMap<number, string>): string {
  let result = '';
  let from = 0;
  for (const step of stepsOf(page)) {
    if (step.type !== 'console') continue;
    result += page.slice(from, step.start) + (texts.get(step.start) ?? page.slice(step.start, step.end));
    from = step.end;
  }
  return result + page.slice(from);
}
