/**
 * Text of users as JavaScript reads it. Nothing else of theirs gets into generated code: fields, texts and numbers come by here,
 * everything else is a constant with a name of ours.
 */
export const quote = (text: string): string =>
  JSON.stringify(text)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
