/** Colours for one line of YAML as we render it (block style, plain). Not a parser: a wrong guess costs a colour, never text. */
export type TokenKind = 'text' | 'key' | 'string' | 'scalar' | 'comment';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const LINE = /^(\s*(?:- )*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#'":][^:#]*?)(:)(\s+|$)(.*)$/;
const SCALAR = /^(?:true|false|null|~|[-+]?\d[\d_.eE+-]*|\.inf|\.nan)$/;

const value = (text: string): Token => {
  if (text.startsWith('#')) return { kind: 'comment', text };
  if (/^[|>][-+0-9]*$/.test(text) || text === '{}' || text === '[]') return { kind: 'text', text };
  return { kind: SCALAR.test(text) ? 'scalar' : 'string', text };
};

export function tokens(line: string): readonly Token[] {
  const match = LINE.exec(line);
  if (match !== null) {
    const [, lead = '', key = '', colon = '', space = '', rest = ''] = match;
    return [
      { kind: 'text', text: lead },
      { kind: 'key', text: key },
      { kind: 'text', text: colon + space },
      ...(rest === '' ? [] : [value(rest)]),
    ];
  }
  const item = /^(\s*(?:- )+)(.*)$/.exec(line);
  if (item !== null) return [{ kind: 'text', text: item[1] ?? '' }, value(item[2] ?? '')];
  const trimmed = line.trimStart();
  const lead = line.slice(0, line.length - trimmed.length);
  return trimmed === '' ? [{ kind: 'text', text: line }] : [{ kind: 'text', text: lead }, value(trimmed)];
}
