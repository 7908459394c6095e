import type { Feed, FeedEvent } from '#main/scan/feed.ts';
import { groupKey } from '#main/scan/groups.ts';
import type { ClusterReader, ListEvent, ListOptions } from '#main/sources/source.ts';

/** A cluster's lists as a feed. */
export function clusterFeed(reader: ClusterReader, options: ListOptions): Feed {
  return {
    groups: reader.facts.kinds.length,
    events: events(reader, options),
    close: () => reader.close(),
  };
}

async function* events(reader: ClusterReader, options: ListOptions): AsyncGenerator<FeedEvent> {
  for await (const event of reader.list(options)) yield toFeed(event);
}

function toFeed(event: ListEvent): FeedEvent {
  switch (event.type) {
    case 'kind':
      return { type: 'group', group: groupKey(event.kind), kind: event.kind.kind };
    case 'page':
      return {
        type: 'chunk',
        group: groupKey(event.kind),
        ...(event.namespace === undefined ? {} : { namespace: event.namespace }),
        chunk: { type: 'page', kind: event.kind, bytes: event.bytes },
      };
    case 'coverage':
      return event;
    case 'request':
      return event;
  }
}
