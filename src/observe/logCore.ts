import { LruMap } from '../base/bounded.ts';
import { FrameError } from '../connect/frames.ts';
import type { LogLine } from '../model/logs.ts';
import type { ServiceId } from '../model/service.ts';
import { emptyDigest } from './joinDigests.ts';
import { LogFeed } from './logFeed.ts';
import type { LineReader, LogCore, NewReader, Order, Reply } from './logOrders.ts';

const feedCap = 2000;
const readerCap = 1000;

/** The side that reads: feeds by log, readers by service. It knows nothing of threads. */
export function createLogCore(newReader: NewReader): LogCore {
  const feeds = new LruMap<string, LogFeed>(feedCap);
  const readers = new LruMap<ServiceId, { readonly pattern: string | undefined; readonly reader: LineReader }>(readerCap);

  const readerOf = (service: ServiceId, pattern: string | undefined): LineReader => {
    const known = readers.get(service);
    const entry = known?.pattern === pattern && known !== undefined ? known : { pattern, reader: newReader(pattern) };
    readers.set(service, entry);
    return entry.reader;
  };

  const open = (order: Extract<Order, { kind: 'open' }>): Reply => {
    const read = (lines: readonly LogLine[]) => readerOf(order.service, order.pattern).read(lines);
    const feed = new LogFeed(order, read, feeds.get(order.feed));
    feeds.set(order.feed, feed);
    return told(feed);
  };

  const onFeed = (feed: LogFeed, order: Exclude<Order, { kind: 'open' | 'lines' }>): Reply => {
    if (order.kind === 'bytes') feed.push(asBuffer(order.bytes), order.passOver);
    if (order.kind === 'end') feed.end();
    if (order.kind === 'newest') return { ...told(feed), lines: feed.newestLines };
    if (order.kind !== 'digest' && order.kind !== 'leave') return told(feed);
    const digest = feed.takeDigest();
    if (order.kind === 'digest') return { ...told(feed), digest };
    feeds.delete(order.feed);
    return { ...told(feed), digest, state: feed.state };
  };

  return {
    take(order) {
      if (order.kind === 'lines') return { digest: readerOf(order.service, order.pattern).read(order.lines) };
      if (order.kind === 'open') return open(order);
      const feed = feeds.get(order.feed);
      if (feed === undefined) return { digest: emptyDigest };
      try {
        return onFeed(feed, order);
      } catch (error) {
        if (error instanceof FrameError) return { ...told(feed), fault: error.message };
        throw error;
      }
    },
  };
}

const told = (feed: LogFeed): Reply => ({ newest: feed.seam.newest, untold: feed.untold });

/** Between threads a Buffer becomes a plain view of the same memory. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);
