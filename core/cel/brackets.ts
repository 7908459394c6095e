import type { Element, Entry, Expr, StructExpr } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** What stands in brackets and braces, for the parser, which gives the way to read an expression inside. */
type Read = () => Expr;

/** `[a, ?b]`, from its bracket on. */
export function readList(cursor: Cursor, read: Read): Expr {
  const open = cursor.take();
  const elements: Element[] = [];
  if (cursor.isOp(',') && cursor.closesNext(']')) cursor.take();
  while (!cursor.isOp(']')) {
    const optional = cursor.accept('?');
    elements.push({ value: read(), optional });
    if (!cursor.accept(',')) break;
  }
  const close = cursor.expect(']', 'at the end of the list');
  return { kind: 'list', elements, start: open.start, end: close.end };
}

/** `{a: b, ?c: d}`, from its brace on. */
export function readMap(cursor: Cursor, read: Read): Expr {
  const open = cursor.take();
  const entries: Entry[] = [];
  if (cursor.isOp(',') && cursor.closesNext('}')) cursor.take();
  while (!cursor.isOp('}')) {
    const optional = cursor.accept('?');
    const key = read();
    cursor.expect(':', 'after the key of the map');
    entries.push({ key, value: read(), optional });
    if (!cursor.accept(',')) break;
  }
  const close = cursor.expect('}', 'at the end of the map');
  return { kind: 'map', entries, start: open.start, end: close.end };
}

/**
 * `a.b.C{field: value}`, from behind its first name on, looked for ahead of time: dots and names, then a brace. undefined, with
 * nothing taken, where there is no such.
 */
export function readStruct(cursor: Cursor, read: Read, start: number, first: string): StructExpr | undefined {
  let ahead = 0;
  let name = first;
  for (;;) {
    const dot = cursor.peekAhead(ahead);
    const part = cursor.peekAhead(ahead + 1);
    if (dot?.kind !== 'op' || dot.text !== '.' || part?.kind !== 'ident') break;
    name += `.${part.text}`;
    ahead += 2;
  }
  const brace = cursor.peekAhead(ahead);
  if (brace?.kind !== 'op' || brace.text !== '{') return undefined;
  cursor.skip(ahead + 1);
  const fields: { name: string; value: Expr; optional: boolean }[] = [];
  if (cursor.isOp(',') && cursor.closesNext('}')) cursor.take();
  while (!cursor.isOp('}')) {
    const optional = cursor.accept('?');
    const field = cursor.peek();
    if (field.kind !== 'ident' && field.kind !== 'quoted') throw cursor.unexpected('a field name');
    cursor.take();
    cursor.expect(':', 'after the field name');
    fields.push({ name: field.text, value: read(), optional });
    if (!cursor.accept(',')) break;
  }
  const close = cursor.expect('}', 'at the end of the message');
  return { kind: 'struct', name, fields, start, end: close.end };
}
