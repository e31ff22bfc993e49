import assert from 'node:assert/strict';
import http from 'node:http';
import { command } from './latchkey.js';
import { eventually } from './patience.js';

/** Applications that let people sign in here: the command that makes them, and their backends. */

/** `latchkey client VERB …` beside a running server; what it wrote. */
export async function clientCommand(server, verb, ...args) {
  const { code, stdout, stderr } = await command(['client', verb, ...args, '--data', server.data]);
  assert.equal(code, 0, `latchkey client ${verb}: ${stderr}`);
  const key = /^key\t(\S+)$/m.exec(stdout)?.[1];
  if (key) server.secrets.add('API key', key);
  return { stdout, id: /^id\t(\S+)$/m.exec(stdout)?.[1], key };
}

/** `latchkey client add`; resolves once the running server has seen it. */
export async function addClient(server, name, ...args) {
  const client = await clientCommand(server, 'add', name, ...args);
  const asker = server.stranger();
  await eventually(async () => {
    const { status } = await asker.post('/v1/logins', { json: { client: client.id } });
    return status === 201;
  }, 'a client that the server knows');
  asker.close();
  return client;
}

/** A call of the backend that has this key. */
export function backendPost(asker, key, path, more) {
  return asker.post(path, { ...more, headers: { Authorization: `Bearer ${key}` } });
}

/** The application's own site, where people arrive who are signed in; does not outlive the test. */
export async function startSite(t) {
  const site = http.createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Shop</title><h1>Shop</h1>');
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    site.closeAllConnections();
    site.close();
  });
  return `http://127.0.0.1:${site.address().port}`;
}
