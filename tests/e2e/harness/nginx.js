import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from './leftovers.js';
import { eventually, within } from './patience.js';

/** Debian's nginx as a process of its own, with a prefix of its own, ended by its id. */

/** A port of loopback that was free a moment ago: another process may be faster. */
async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const triesMax = 5;

export class Nginx {
  log = '';

  /** A directory for its files, which its workers can read. */
  static prefix() {
    const prefix = mkdtempSync(join(tmpdir(), 'latchkey-nginx-'));
    chmodSync(prefix, 0o755);
    mkdirSync(join(prefix, 'temp'));
    chmodSync(join(prefix, 'temp'), 0o777);
    return prefix;
  }

  /**
   * Runs what `httpOf` gives for as many ports as it takes, what stands inside `http { }`; other ports where one was
   * taken meanwhile. Resolves once nginx listens on all of them; they are in `ports`.
   */
  static async start(prefix, httpOf) {
    for (let tries = 1; ; tries += 1) {
      const ports = [];
      for (let count = 0; count < httpOf.length; count += 1) ports.push(await freePort());
      const nginx = new Nginx(prefix, ports);
      if (await nginx.listens(httpOf(...ports))) return nginx;
      if (tries === triesMax || !nginx.log.includes('Address already in use')) throw new Error(`nginx ended:\n${nginx.log}`);
    }
  }

  constructor(prefix, ports) {
    this.prefix = prefix;
    this.ports = ports;
  }

  /** Whether it came to listen, or ended. */
  async listens(http) {
    const { prefix } = this;
    const pid = join(prefix, 'nginx.pid');
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const paths = temp.map((kind) => `${kind}_temp_path ${prefix}/temp/${kind};`).join('\n');
    const text = `
      worker_processes 1;
      pid ${pid};
      error_log stderr warn;
      events { worker_connections 512; }
      http {
        access_log off;
        ${paths}
        ${http}
      }`;
    writeFileSync(join(prefix, 'nginx.conf'), text);
    this.child = spawn('/usr/sbin/nginx', ['-p', prefix, '-c', join(prefix, 'nginx.conf'), '-e', 'stderr', '-g', 'daemon off;']);
    endWithUs(this.child);
    this.child.stderr.on('data', (chunk) => (this.log += chunk));
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve((this.exit = { code }))));
    // nginx writes this file once it has all its ports. Somebody who accepts there may be another process.
    await eventually(() => this.exit || existsSync(pid), 'nginx listens');
    return !this.exit;
  }

  /** Ends it, unless it has ended. */
  async stop() {
    if (!this.exit) this.child.kill('SIGTERM');
    await within(this.ended, 'the end of nginx');
    rmSync(this.prefix, { recursive: true, force: true });
  }
}
