/** Our own line icons on a grid of 16, drawn with the text's colour. They are decoration: the words stand beside them. */
const PATHS = {
  overview: 'M2.5 13.5V7M5.5 13.5V7M8.5 13.5V9M11.5 13.5v-3M1.5 13.5h13M1.5 4h4.7M9.8 4h4.7M10 4a2 2 0 1 1-4 0 2 2 0 0 1 4 0',
  findings: 'M2.5 4h9M2.5 8h5M2.5 12h4M13.5 10.4a2.6 2.6 0 1 1-5.2 0 2.6 2.6 0 0 1 5.2 0M12.8 12.4l1.8 1.8',
  policies: 'M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11M6.5 3v10',
  ratchet: 'M2 13.5h3.5V10H9V6.5h3.5V3M10.5 5l2-2 2 2',
  history: 'M2.7 8a5.3 5.3 0 1 0 1.8-4L2.6 5.7M2.6 2.6v3.1h3.1M8 5.2v3l2 1.2',
  inbox: 'M2.5 9.5 4.5 3h7l2 6.5v3.5h-11zM2.5 9.5h3l1 1.6h3l1-1.6h3',
  workspace:
    'M5.5 7a2.2 2.2 0 1 0 0-4.4A2.2 2.2 0 0 0 5.5 7M1.6 13.2c0-2.4 1.6-4 3.9-4s3.9 1.6 3.9 4M10.6 3a2 2 0 0 1 0 3.9M11.4 9.4c1.9.2 3 1.7 3 3.8',
  rules: 'M4.5 2.5h8v11h-8A1.5 1.5 0 0 1 3 12V4a1.5 1.5 0 0 1 1.5-1.5M3 12a1.5 1.5 0 0 1 1.5-1.5h8M6 5.5h4',
  enforce: 'M8 1.8 13 3.5v4c0 3.2-2 5.4-5 6.7-3-1.3-5-3.5-5-6.7v-4zM5.6 8l1.7 1.7L10.6 6.4',
  settings:
    'M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M11.7 4.5a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0M7.7 11.5a1.7 1.7 0 1 1-3.4 0 1.7 1.7 0 0 1 3.4 0',
  play: 'M5 3.2 12.4 8 5 12.8z',
  search: 'M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0M10 10l3.4 3.4',
  down: 'm4 6 4 4 4-4',
  up: 'm4 10 4-4 4 4',
  right: 'm6 4 4 4-4 4',
  check: 'm3.2 8.4 3 3 6.6-6.8',
  close: 'm4 4 8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  copy: 'M5.8 5.8h7.7v7.7H5.8zM10.4 5.8V2.5H2.5v7.9h3.3',
  link: 'M7 9a2.6 2.6 0 0 0 3.7 0l2-2A2.6 2.6 0 0 0 9 3.3L8 4.3M9 7a2.6 2.6 0 0 0-3.7 0l-2 2A2.6 2.6 0 0 0 7 12.7l1-1',
  eye: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8M9.8 8a1.8 1.8 0 1 1-3.6 0 1.8 1.8 0 0 1 3.6 0',
  lock: 'M3.5 7.2h9v6.3h-9zM5.5 7.2V5a2.5 2.5 0 0 1 5 0v2.2',
  save: 'M2.5 2.5h8.8l2.2 2.2v8.8h-11zM5 2.5v3.8h5V2.5M5 13.5V9.4h6v4.1',
  folder: 'M2 4.2a1 1 0 0 1 1-1h3.2l1.5 1.7H13a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1z',
  cube: 'm8 1.9 5.3 3v6.2L8 14.1l-5.3-3V4.9zM2.7 4.9 8 8l5.3-3.1M8 8v6.1',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
  warning: 'M8 2.4 14.2 13H1.8zM8 6.4v3.4M8 11.4v.2',
  undo: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3.5l-3 3 3 3',
  trash: 'M3 4.5h10M6.2 4.5V2.8h3.6v1.7M4.3 4.5l.6 9h6.2l.6-9M6.7 7v4.2M9.3 7v4.2',
  table: 'M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11M6.5 6.3V13',
  compare: 'M5.5 3 2.5 6l3 3M2.5 6h8M10.5 7l3 3-3 3M13.5 10h-8',
  filter: 'M2.5 3.5h11L9.4 8.3v4.5L6.6 11.4V8.3z',
  external: 'M9 3h4v4M13 3 7.5 8.5M11 9.5V13H3V5h3.5',
  refresh: 'M13.3 8a5.3 5.3 0 1 1-1.6-3.8l1.8 1.7M13.5 2.8v3.1h-3.1',
  clock: 'M13.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0M8 5v3.2l2 1.2',
  wrench: 'M13.4 4.6 11.2 6.8 9.2 4.8l2.2-2.2a3.4 3.4 0 0 0-4.3 4.3l-4.5 4.5 2 2 4.5-4.5a3.4 3.4 0 0 0 4.3-4.3',
} as const;

export type IconName = keyof typeof PATHS | 'theme';

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" focusable="false">
      {name === 'theme' ? (
        <>
          <circle cx="8" cy="8" r="5.5" />
          <path className="icon-solid" d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
        </>
      ) : (
        <path d={PATHS[name]} />
      )}
    </svg>
  );
}

/** The Plimsoll mark: a circle that its line crosses. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <circle cx="10" cy="10" r="5.8" />
      <path d="M1 10h18" />
    </svg>
  );
}
