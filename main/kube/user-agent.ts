import manifest from '../../package.json' with { type: 'json' };

/** How a scan shows in the API server's audit log. */
export const USER_AGENT = `plimsoll/${manifest.version}`;
