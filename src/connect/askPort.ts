import { connect } from 'node:net';
import type { PeerAnswer } from '../model/probe.ts';

/** `connect` ends with the connection, `listen` waits for a first byte, `http` asks for one with a HEAD. */
export type AskHow = 'connect' | 'listen' | 'http';

/** ms until a connection must be there, and until a first byte. */
const connectMs = 1000;
const answerMs = 3200;

const outcomes: Readonly<Record<string, PeerAnswer['outcome']>> = { ECONNREFUSED: 'refused' };

/**
 * One connection to a port of a container, closed at once: nothing of the user's is sent and what is answered is not kept. Never rejects;
 * whatever is no clear refusal counts as not reached. ms are rounded.
 */
export function askPort(address: string, port: number, how: AskHow, signal: AbortSignal): Promise<PeerAnswer> {
  return new Promise(resolve => {
    const began = performance.now();
    let connected = false;
    const socket = connect({ host: address, port });
    const end = (outcome: PeerAnswer['outcome']): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      socket.destroy();
      resolve({ port, outcome, ms: Math.round(performance.now() - began) });
    };
    const aborted = (): void => end(connected ? 'open' : 'unreached');
    let timer = setTimeout(() => end('unreached'), connectMs);
    socket.on('error', (error: NodeJS.ErrnoException) => end(connected ? 'open' : (outcomes[error.code ?? ''] ?? 'unreached')));
    socket.on('connect', () => {
      connected = true;
      if (how === 'connect') return end('open');
      clearTimeout(timer);
      timer = setTimeout(() => end('silent'), answerMs);
      // The host's name is its address: no virtual host of a name out of a log is asked for.
      if (how === 'http') socket.write(`HEAD / HTTP/1.1\r\nHost: ${address}\r\nUser-Agent: dozor\r\nConnection: close\r\n\r\n`);
    });
    socket.once('data', () => end('answers'));
    socket.on('close', () => end(connected ? 'open' : 'unreached'));
    if (signal.aborted) aborted();
    else signal.addEventListener('abort', aborted, { once: true });
  });
}
