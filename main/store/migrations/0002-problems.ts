/** Schema 2: documents and objects of a run that could not be read or judged, as JSON, compressed. NULL: none, or from before. */
export const problems = `
ALTER TABLE runs ADD COLUMN problems BLOB;
`;
