/** Where the parser's events stand in the source. */
import {
  EVENT_ALIAS,
  EVENT_MAPPING,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  SCALAR_STYLE_DOUBLE_QUOTED,
  SCALAR_STYLE_SINGLE_QUOTED,
  type Event,
} from 'js-yaml';

/** Where a node begins in the source: its value, or its tag or anchor where it has none; -1 for an empty node without either. */
export function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_SCALAR: {
      const quoted = event.style === SCALAR_STYLE_SINGLE_QUOTED || event.style === SCALAR_STYLE_DOUBLE_QUOTED;
      if (event.valueStart === -1) return Math.max(event.tagStart, event.anchorStart);
      return quoted ? event.valueStart - 1 : event.valueStart;
    }
    case EVENT_MAPPING:
    case EVENT_SEQUENCE:
      return event.start;
    case EVENT_ALIAS:
      return event.anchorStart - 1;
    default:
      return -1;
  }
}

/** Where the node of an event stands; for an empty one, where the node before it stands. */
export function placeOf(events: readonly Event[], index: number): number {
  for (let at = index; at > 0; at--) {
    const event = events[at];
    const start = event === undefined ? -1 : startOf(event);
    if (start >= 0) return start;
  }
  return 0;
}

/** Whether an event opens a node, rather than closing a collection or a document. */
export function opensNode(event: Event | undefined): boolean {
  const type = event?.type;
  return type === EVENT_SCALAR || type === EVENT_MAPPING || type === EVENT_SEQUENCE || type === EVENT_ALIAS;
}
