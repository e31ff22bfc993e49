import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { within } from './patience.js';

/** HTTP as a test wants it: any header, any source address, every byte of the answer. */

/** The cookies of one browser or phone. */
export class Jar {
  cookies = new Map();

  keep(cookie) {
    if (cookie.attributes['max-age'] === '0') this.cookies.delete(cookie.name);
    else this.cookies.set(cookie.name, cookie);
  }

  value(name) {
    return this.cookies.get(name)?.value;
  }

  /** The `Cookie` header for `path` (RFC 6265 §5.4, as far as the product uses it). */
  header(path) {
    const sent = [...this.cookies.values()].filter(({ attributes }) => path.startsWith(attributes.path ?? '/'));
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }
}

/** One `Set-Cookie` line. */
export function parseCookie(line) {
  const [pair, ...rest] = line.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const attributes = {};
  for (const part of rest) {
    const [name, value = ''] = part.split('=');
    attributes[name.toLowerCase()] = value;
  }
  return { name: pair.slice(0, at), value: pair.slice(at + 1), attributes };
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function answerOf(response, chunks) {
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    status: response.statusCode,
    headers: response.headers,
    cookies: (response.headers['set-cookie'] ?? []).map(parseCookie),
    text,
    json: parseJson(text),
    /** The stable word of a problem (RFC 9457). */
    get problem() {
      return String(this.json?.type ?? '').split('/').pop();
    },
  };
}

/** Somebody who asks the server: a jar, an address, connections that are kept. */
export class Asker {
  constructor(origin, { jar = new Jar(), localAddress, headers = {}, secrets, sockets = 1 } = {}) {
    this.origin = new URL(origin);
    this.jar = jar;
    this.headers = headers;
    this.localAddress = localAddress;
    this.secrets = secrets;
    const kind = this.origin.protocol === 'https:' ? https : http;
    this.kind = kind;
    this.agent = new kind.Agent({ keepAlive: true, maxSockets: sockets, rejectUnauthorized: false });
  }

  /** `form` and `json` are bodies of their types; `headers` with the value null leave one out. */
  ask(method, path, { json, form, body, headers = {} } = {}) {
    const sent = { ...this.headers };
    const cookies = this.jar.header(new URL(path, this.origin).pathname);
    if (cookies) sent.Cookie = cookies;
    let content = body;
    if (json !== undefined) {
      sent['Content-Type'] = 'application/json';
      content = JSON.stringify(json);
    } else if (form !== undefined) {
      sent['Content-Type'] = 'application/x-www-form-urlencoded';
      content = new URLSearchParams(form).toString();
    }
    Object.assign(sent, headers);
    for (const name of Object.keys(sent)) if (sent[name] === null) delete sent[name];
    if (content !== undefined) sent['Content-Length'] = Buffer.byteLength(content);
    else if (method !== 'GET' && method !== 'HEAD') sent['Content-Length'] = 0;
    return within(this.#send(method, path, sent, content), `the answer to ${method} ${path.split('?')[0]}`);
  }

  #send(method, path, headers, content) {
    const { hostname, port } = this.origin;
    const options = { method, host: hostname.replace(/^\[|\]$/g, ''), port, path, headers, agent: this.agent };
    if (this.localAddress) options.localAddress = this.localAddress;
    return new Promise((resolve, reject) => {
      const request = this.kind.request(options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = answerOf(response, chunks);
          for (const cookie of answer.cookies) this.jar.keep(cookie);
          this.secrets?.addFrom(answer);
          resolve(answer);
        });
      });
      request.on('error', reject);
      request.end(content);
    });
  }

  get(path, more) {
    return this.ask('GET', path, more);
  }

  post(path, more) {
    return this.ask('POST', path, more);
  }

  delete(path, more) {
    return this.ask('DELETE', path, more);
  }

  close() {
    this.agent.destroy();
  }
}

/** A connection on which a test writes the bytes itself. */
export class RawConnection {
  received = Buffer.alloc(0);

  static async open(origin, { localAddress } = {}) {
    const { hostname, port } = new URL(origin);
    const socket = net.connect({ host: hostname, port: Number(port), localAddress });
    const raw = new RawConnection(socket);
    await within(new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject)), 'a connection');
    return raw;
  }

  constructor(socket) {
    this.socket = socket;
    this.ended = new Promise((resolve) => {
      socket.on('data', (chunk) => {
        this.received = Buffer.concat([this.received, chunk]);
      });
      // A reset is one way to close; how it was closed is not what is asked here.
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
    });
  }

  write(bytes) {
    this.socket.write(bytes);
  }

  /** Everything received until the server closed. */
  async untilClosed(ms) {
    await within(this.ended, 'the end of a connection', ms);
    return this.received.toString('latin1');
  }

  close() {
    this.socket.destroy();
  }
}
