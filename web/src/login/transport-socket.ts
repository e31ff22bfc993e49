import type { Connection, Heard, Opening } from './transport';
import { socketAddress } from '../shared/paths';
import { readFrame } from '../shared/wire';

/** A login heard of over a WebSocket, `latchkey.v1`. */

const protocol = 'latchkey.v1';

export function openSocket({ path }: Opening, heard: Heard): Connection {
  const socket = new WebSocket(socketAddress(path, location.href), protocol);
  socket.addEventListener('open', () => heard({ is: 'opened' }));
  socket.addEventListener('message', ({ data }) => {
    const frame = readFrame(data);
    if (frame) heard({ is: 'frame', frame });
  });
  socket.addEventListener('close', ({ code }) => heard({ is: 'closed', code }));
  return {
    say: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.close(1000),
  };
}

/** Whether a WebSocket opens at `path` and the server greets, within `withinMs`. It is closed again. */
export function probe(path: string, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(socketAddress(path, location.href), protocol);
    const timer = setTimeout(() => end(false), withinMs);
    const end = (works: boolean): void => {
      clearTimeout(timer);
      resolve(works);
      socket.close(1000);
    };
    socket.addEventListener('message', ({ data }) => end(readFrame(data)?.type === 'hello'));
    socket.addEventListener('close', () => end(false));
  });
}
