import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { makeCertificate } from './harness/certificate.js';
import { closePage, launch } from './harness/chromium.js';
import { newDirectory, Server } from './harness/latchkey.js';
import { eventually } from './harness/patience.js';
import { approvedAndSignedIn, scanned, toConfirmSheet } from './harness/scan-flow.js';

/** The main job over TLS of our own. */

let directory;
let server;
let browser;

before(async () => {
  directory = newDirectory();
  const { cert, key } = makeCertificate(directory);
  server = await Server.start({ users: ['Ada'], args: ['--tls-cert', cert, '--tls-key', key] });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (directory) rmSync(directory, { recursive: true });
});

test('signing in by scanning works over TLS, and the cookies are bound to this host and to https', async () => {
  assert.match(server.origin, /^https:/);
  const both = await scanned(browser, server.origin);
  await toConfirmSheet(both.phone, 'Ada');
  await approvedAndSignedIn(both, server.origin, 'Ada');

  const cookies = await both.computer.context().cookies();
  for (const name of ['__Host-latchkey_session', '__Host-latchkey_browser']) {
    const cookie = cookies.find((one) => one.name === name);
    assert.ok(cookie, `${name} is there: ${cookies.map((one) => one.name)}`);
    assert.deepEqual(
      { secure: cookie.secure, httpOnly: cookie.httpOnly, sameSite: cookie.sameSite, path: cookie.path },
      { secure: true, httpOnly: true, sameSite: 'Lax', path: '/' },
      name,
    );
  }
  await closePage(both.computer);
  await closePage(both.phone);
});

function fingerprint() {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port: server.port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test('a new certificate is served after SIGHUP, without a restart', async () => {
  const old = await fingerprint();
  makeCertificate(directory);
  process.kill(server.pid, 'SIGHUP');
  await eventually(async () => (await fingerprint()) !== old, 'the new certificate');
});
