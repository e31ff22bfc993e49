import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Asker, Jar } from './http.js';
import { endWithUs } from './leftovers.js';
import { eventually, within } from './patience.js';
import { Secrets } from './secrets.js';

/** The finished binary, driven as an operator drives it. CMake hands its path over. */
export const binary = process.env.LATCHKEY_BINARY;
if (!binary) throw new Error('LATCHKEY_BINARY: set it to the path of the latchkey binary');

const sanitizers = {
  ASAN_OPTIONS: `quarantine_size_mb=4:detect_leaks=1:${process.env.ASAN_OPTIONS ?? ''}`,
  UBSAN_OPTIONS: `print_stacktrace=1:halt_on_error=1:${process.env.UBSAN_OPTIONS ?? ''}`,
  TSAN_OPTIONS: `halt_on_error=0:${process.env.TSAN_OPTIONS ?? ''}`,
};
const complaints = /(?:Address|Leak|Thread|Memory)Sanitizer|runtime error:/;

/** A sanitized server keeps memory longer and in bigger pieces; bounds on memory are so much wider then. */
export const isSanitized = readFileSync(binary).includes('AddressSanitizer');

export const password = 'correct horse battery staple';

/** A new, empty data directory. */
export function newDirectory() {
  return mkdtempSync(join(tmpdir(), 'latchkey-e2e-'));
}

/** Runs a command of the binary to its end, with `input`, or nothing, to read. */
export async function command(args, input) {
  const stdin = input === undefined ? 'ignore' : 'pipe';
  const child = spawn(binary, args, { env: { ...process.env, ...sanitizers }, stdio: [stdin, 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  // One that ends before it has read everything breaks the pipe; its exit code and its words say how it went.
  child.stdin?.on('error', (error) => assert.equal(error.code, 'EPIPE'));
  child.stdin?.end(input);
  const code = await within(new Promise((resolve) => child.once('close', resolve)), `latchkey ${args.join(' ')}`);
  return { code, ...output };
}

export async function addUser(data, name, secret = password) {
  const { code, stderr } = await command(['user', 'add', name, '--password-stdin', '--data', data], `${secret}\n`);
  assert.equal(code, 0, `latchkey user add ${name}: ${stderr}`);
}

export class Server {
  log = '';
  stdout = '';

  /**
   * Serves on a free port of loopback, with `users` made before; without any, it is a first run. A server that one test
   * alone uses is given its context `t`, and does not outlive that test, however it ends.
   */
  static async start({ t, users = [], rateLimits = false, ...more } = {}) {
    const server = new Server({ ...more, rateLimits });
    t?.after(() => server.discard());
    for (const name of users) await addUser(server.data, name);
    await server.run();
    return server;
  }

  constructor({ data = newDirectory(), args = [], env = {}, rateLimits, listen = '127.0.0.1:0' }) {
    this.data = data;
    this.listen = listen;
    this.args = rateLimits ? args : ['--no-rate-limits', ...args];
    this.env = env;
    this.secrets = new Secrets();
    this.secrets.add('password', password);
  }

  async run() {
    const fixed = ['serve', '--listen', this.listen, '--operator-listen', '127.0.0.1:0', '--data', this.data];
    const env = { ...process.env, NO_COLOR: '1', ...sanitizers, ...this.env };
    this.child = spawn(binary, [...fixed, ...this.args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    endWithUs(this.child);
    this.child.stdout.on('data', (chunk) => (this.stdout += chunk));
    const from = this.log.length;
    this.child.stderr.on('data', (chunk) => (this.log += chunk));
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
    const said = () => this.log.slice(from);
    await eventually(() => {
      if (this.exit) throw new Error(`latchkey ended with ${JSON.stringify(this.exit)}:\n${said()}${this.stdout}`);
      return /listening on \S+/.test(said()) && said().includes('\n');
    }, 'the address in the log');
    this.origin = /listening on (https?:\/\/\S+)/.exec(said().split('\n')[0])?.[1];
    assert.ok(this.origin, `the first line of the log says the address: ${said()}`);
    return this;
  }

  get port() {
    return Number(new URL(this.origin).port);
  }

  get pid() {
    return this.child.pid;
  }

  /** Where `/metrics` is. */
  async operatorOrigin() {
    const found = await eventually(
      () => /(?:operator|metrics|health)[^\n]*?(http:\/\/127\.0\.0\.1:\d+)/i.exec(this.log),
      'the operator address in the log',
    );
    return found[1];
  }

  /** Somebody without a session. */
  stranger(options = {}) {
    return new Asker(this.origin, { secrets: this.secrets, ...options });
  }

  /** Somebody signed in by password. */
  async phone(name, options = {}) {
    const phone = this.stranger({ jar: new Jar(), ...options });
    const answer = await phone.post('/v1/session', { json: { name, password: options.password ?? password } });
    assert.equal(answer.status, 200, `${name} signs in: ${answer.text}`);
    return phone;
  }

  /** Resident memory, bytes. */
  residentBytes() {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
  }

  /** At once, as a power cut. The same data directory and port serve again after `restart`. */
  async kill() {
    this.child.kill('SIGKILL');
    await within(this.ended, 'the end of the killed server');
  }

  async restart() {
    this.listen = `127.0.0.1:${this.port}`;
    this.exit = undefined;
    await this.run();
  }

  /** Ends it if it still runs, and asks nothing: what a failed test left behind. */
  async discard() {
    if (this.child && !this.exit) await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** SIGTERM: drains, exits 0, and neither leaked a secret nor troubled a sanitizer. */
  async stop({ keepData = false } = {}) {
    if (!this.exit) this.child.kill('SIGTERM');
    const exit = await within(this.ended, 'the end of the server after SIGTERM');
    assert.doesNotMatch(this.log, complaints, 'a sanitizer complained');
    assert.deepEqual(exit, { code: 0, signal: null }, `SIGTERM ends the server well:\n${this.log.slice(-4000)}`);
    assert.deepEqual(this.secrets.foundIn(this.log + this.stdout), [], 'no secret is in what the server wrote');
    if (!keepData) rmSync(this.data, { recursive: true, force: true });
  }
}
