import pkg from '../package.json' with { type: 'json' };

/** The version of Plimsoll, from package.json: bundlers put it into the code. */
export const VERSION: string = pkg.version;
