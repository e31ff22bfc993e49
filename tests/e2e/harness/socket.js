import WebSocket from 'ws';
import { eventually, within } from './patience.js';

/** The waiting socket as a page has it, by a client that is not ours (`ws`). */
export class Page {
  frames = [];
  #waiting = [];
  #taken = 0;

  /** Resolves once the handshake is done; rejects with `status` when it was refused. */
  static async open(origin, { protocol, headers = {}, localAddress, ...more } = {}) {
    const url = new URL('/ws/', origin);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const options = { headers, localAddress, rejectUnauthorized: false, perMessageDeflate: false, ...more };
    const socket = new WebSocket(url, protocol ? [protocol] : [], options);
    const page = new Page(socket);
    await within(page.opened, 'the handshake of a WebSocket');
    return page;
  }

  /** A page of `latchkey.v1` that watches `token`; resolves once it was told how things stand. */
  static async watch(origin, token, options = {}) {
    const page = await Page.open(origin, { protocol: 'latchkey.v1', ...options });
    page.say({ type: 'watch', token });
    page.hello = await page.next();
    page.first = await page.next();
    return page;
  }

  /** A page of the classic wire that waits with `token`; resolves once it was told how things stand. */
  static async classic(origin, token, options = {}) {
    const page = await Page.open(origin, options);
    page.say({ token });
    page.hello = await page.next();
    page.first = await page.next();
    return page;
  }

  constructor(socket) {
    this.socket = socket;
    this.opened = new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        reject(Object.assign(new Error(`refused with ${response.statusCode}`), { status: response.statusCode }));
      });
      socket.on('error', reject);
    });
    this.opened.catch(() => {});
    /** The code and reason with which it was closed. */
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('message', (data, binary) => {
      this.frames.push(binary ? data : data.toString('utf8'));
      this.#hand();
    });
  }

  #hand() {
    while (this.#waiting.length > 0 && this.#taken < this.frames.length) {
      this.#waiting.shift()(this.frames[this.#taken++]);
    }
  }

  /** The next frame, each given once. */
  nextText() {
    const frame = new Promise((resolve) => this.#waiting.push(resolve));
    this.#hand();
    const gone = this.closed.then(({ code }) => {
      throw new Error(`closed with ${code} before the next frame; so far: ${this.frames.join(' ')}`);
    });
    gone.catch(() => {});
    return within(Promise.race([frame, gone]), 'the next frame');
  }

  async next() {
    return JSON.parse(await this.nextText());
  }

  say(message) {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** The close code, once the server has closed. */
  async closeCode(ms) {
    return (await within(this.closed, 'the close of a WebSocket', ms)).code;
  }

  /** Gone without a word, as when a network goes away. */
  drop() {
    this.socket.terminate();
  }

  async hasClosed() {
    await eventually(() => this.socket.readyState === WebSocket.CLOSED, 'the end of a WebSocket');
  }
}
