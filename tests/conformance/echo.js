// Starts latchkey-echo for the tests of a file and says where it listens. It ends with them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before } from 'node:test';

export function echoServer(...options) {
  const echo = { host: '' };
  let running;
  before(async () => {
    running = spawn(process.env.LATCHKEY_ECHO, ['--listen', '127.0.0.1:0', ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    echo.host = await new Promise((resolve, reject) => {
      for (const stream of [running.stdout, running.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          const found = line.match(/http:\/\/(127\.0\.0\.1:\d+)/);
          if (found) resolve(found[1]);
        });
      }
      running.on('exit', () => reject(new Error('latchkey-echo ended before it listened')));
    });
  });
  after(async () => {
    running.kill('SIGTERM');
    const [status] = await once(running, 'exit');
    assert.equal(status, 0);
  });
  return echo;
}
