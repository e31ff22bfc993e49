import http from 'node:http';
import net from 'node:net';

/** A proxy of the kind that people sit behind: it lets through what it understands, and a test says what that is. */

function headOf({ method, url, rawHeaders }) {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export class Proxy {
  /** The paths asked for, each as often as it was; those of a handshake begin with `ws:`. */
  asked = [];
  /** `websocket: false` answers a handshake with 400; `events: false` an event stream with 502, `'held'` gathers it to its end. */
  lets = { websocket: true, events: true };
  #open = new Set();

  /** In front of `server`; does not outlive the test. */
  static async start(t, server, lets = {}) {
    const proxy = new Proxy(server, lets);
    await new Promise((resolve) => proxy.listener.listen(0, '127.0.0.1', resolve));
    proxy.origin = `http://127.0.0.1:${proxy.listener.address().port}`;
    t.after(() => proxy.stop());
    return proxy;
  }

  constructor(server, lets) {
    Object.assign(this.lets, lets);
    this.server = server;
    this.listener = http.createServer((request, response) => this.#pass(request, response));
    this.listener.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.listener.on('connection', (socket) => this.#keep(socket));
  }

  /** How often this path was asked for. */
  count(path) {
    return this.asked.filter((asked) => asked === path).length;
  }

  /** Every connection through it breaks. */
  cut() {
    for (const socket of this.#open) socket.destroy();
  }

  async stop() {
    const closed = new Promise((resolve) => this.listener.close(resolve));
    this.cut();
    await closed;
  }

  #keep(socket) {
    this.#open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#open.delete(socket));
  }

  #pass(request, response) {
    const path = request.url.split('?')[0];
    this.asked.push(path);
    const streams = path.endsWith('/events');
    if (streams && this.lets.events === false) return response.writeHead(502).end();
    const { method, url, headers } = request;
    const onwards = http.request({ host: '127.0.0.1', port: this.server.port, method, path: url, headers, agent: false });
    onwards.on('socket', (socket) => this.#keep(socket));
    onwards.on('error', () => response.destroy());
    onwards.on('response', (answer) => {
      const held = streams && this.lets.events === 'held';
      if (!held) {
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.pipe(response);
        return;
      }
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('error', () => response.destroy());
      answer.on('end', () => response.writeHead(answer.statusCode, answer.rawHeaders).end(Buffer.concat(pieces)));
    });
    response.once('close', () => onwards.destroy());
    request.pipe(onwards);
  }

  #upgrade(request, socket, head) {
    this.asked.push(`ws:${request.url}`);
    if (!this.lets.websocket) return socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    const onwards = net.connect(this.server.port, '127.0.0.1', () => {
      onwards.write(headOf(request));
      onwards.write(head);
      onwards.pipe(socket).pipe(onwards);
    });
    this.#keep(onwards);
    socket.once('close', () => onwards.destroy());
    onwards.once('close', () => socket.destroy());
  }
}
