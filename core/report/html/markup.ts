import { safeText } from '#core/report/safe-text.ts';

/** HTML that is known to be whole: everything else that goes into a page is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[];

/** HTML with values put in as text: no name can open a tag, leave an attribute, hide itself or turn its line around. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(
    withoutIndent(texts)
      .map((text, index) => `${text}${index < parts.length ? partText(parts[index] ?? '') : ''}`)
      .join(''),
  );

const known = new WeakMap<TemplateStringsArray, readonly string[]>();

/** How the code is set has no place in a page. */
function withoutIndent(texts: TemplateStringsArray): readonly string[] {
  const made = known.get(texts) ?? texts.map((text) => text.replaceAll(/\n\s*/g, '\n'));
  known.set(texts, made);
  return made;
}

function partText(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeHtml(safeText(part.toWellFormed()));
  return part instanceof Markup ? part.text : part.map(({ text }) => text).join('');
}

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
