import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { collect, decide, newLogin, scan } from './harness/calls.js';
import { changeAuditLog } from './harness/data.js';
import { addUser, command, newDirectory, Server } from './harness/latchkey.js';
import { Page } from './harness/socket.js';

/** What happened is written down, in a log that tells when somebody has changed it. */

async function audit(data, ...args) {
  return command(['audit', ...args, '--data', data]);
}

async function eventsOf(data) {
  const { code, stdout, stderr } = await audit(data, '--json');
  assert.equal(code, 0, stderr);
  return stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

/** A login of `maker` that this phone has scanned, and the number that it must type, if any. */
async function scannedLogin(server, maker, phone) {
  const login = await newLogin(maker);
  const page = await Page.watch(server.origin, login.token);
  const { json } = await scan(phone, login.code);
  const { number } = await page.next();
  page.drop();
  return { token: login.token, id: json.id, number, code: login.code };
}

/** One of each: signed in, declined, wrong number, reported, and a second account's try at the first. */
async function everyEnding(server) {
  const [ada, grace] = [await server.phone('Ada'), await server.phone('Grace')];
  const maker = server.stranger();
  const won = await scannedLogin(server, maker, ada);
  assert.equal((await scan(grace, won.code)).problem, 'already-scanned');
  assert.equal((await decide(ada, won.id, 'approve')).status, 200);
  assert.equal((await collect(maker, won.token)).status, 200);
  const declined = await scannedLogin(server, maker, ada);
  await decide(ada, declined.id, 'deny');
  const wrong = await scannedLogin(server, maker, ada);
  const off = String((Number(wrong.number) + 1) % 100).padStart(2, '0');
  assert.equal((await decide(ada, wrong.id, 'approve', { number: off })).problem, 'wrong-number');
  const reported = await scannedLogin(server, maker, ada);
  assert.equal((await decide(ada, reported.id, 'report')).status, 200);
  for (const asker of [ada, grace, maker]) asker.close();
  return { won, declined, wrong, reported };
}

test('scan, decision, collect and sign-in are events, each with who, which login and from where; strangers make none', async (t) => {
  const server = await Server.start({ t, users: ['Ada', 'Grace'] });
  const stranger = server.stranger();
  await newLogin(stranger);
  await stranger.post('/v1/session', { json: { name: 'Ada', password: 'not the password' } });
  assert.deepEqual((await eventsOf(server.data)).map(({ kind }) => kind), ['account.added', 'account.added', 'server.settings']);
  stranger.close();

  const { won, declined, wrong, reported } = await everyEnding(server);
  const events = await eventsOf(server.data);
  assert.deepEqual(events.map(({ seq }) => seq), events.map((_, at) => at + 1));
  const told = (id) => events.filter(({ login }) => login === id).map(({ kind, account }) => [kind, account?.name]);
  assert.deepEqual(told(won.id), [
    ['login.scanned', 'Ada'],
    ['login.second-scan', 'Grace'],
    ['login.approved', 'Ada'],
    ['login.collected', 'Ada'],
  ]);
  assert.deepEqual(told(declined.id), [['login.scanned', 'Ada'], ['login.denied', 'Ada']]);
  assert.deepEqual(told(wrong.id), [['login.scanned', 'Ada'], ['login.denied', 'Ada']]);
  const reasonOf = (id) => events.find(({ login, kind }) => login === id && kind === 'login.denied').detail.reason;
  assert.deepEqual([reasonOf(declined.id), reasonOf(wrong.id)], ['declined', 'wrong-number']);
  assert.deepEqual(told(reported.id).slice(0, 2), [['login.scanned', 'Ada'], ['login.reported', 'Ada']]);
  assert.equal(events.filter(({ kind }) => kind === 'session.began').length, 2, 'two phones signed in by password');
  for (const { kind, address } of events.slice(3)) assert.equal(address, '127.0.0.1', kind);

  const { stdout, code } = await audit(server.data);
  assert.equal(code, 0);
  assert.equal(stdout.trimEnd().split('\n').length, events.length, 'one line each');
  assert.deepEqual(server.secrets.foundIn(stdout + JSON.stringify(events)), [], 'no secret is in the log');
  const verified = await audit(server.data, 'verify');
  assert.deepEqual([verified.code, verified.stdout.split('\n')[0]], [0, `${events.length} events, intact`]);
  await server.stop();
});

/** By what they do to a log that begins with two accounts, the settings, two sign-ins, two scans and an approval. */
const changes = {
  'one byte of an address': ["UPDATE audit SET address = '127.0.0.2' WHERE seq = 4", 'event 4 is not as it was written'],
  'one byte of a hash': ["UPDATE audit SET hash = CAST(substr(hash, 1, 31) || CASE substr(hash, 32) WHEN x'00' THEN x'01' ELSE x'00' END AS BLOB) WHERE seq = 3", 'event 3 is not as it was written'],
  'another kind': ["UPDATE audit SET kind = 'login.denied' WHERE kind = 'login.approved'", 'event 8 is not as it was written'],
  'a later time': ['UPDATE audit SET at = at + 1 WHERE seq = 2', 'event 2 is not as it was written'],
  'a row that is gone': ['DELETE FROM audit WHERE seq = 5', 'event 5 is missing'],
  'the first row that is gone': ['DELETE FROM audit WHERE seq = 1', 'event 1 is missing'],
  'the last rows that are gone': ['DELETE FROM audit WHERE seq > 6', 'event 7 is missing'],
  'two rows that changed places': [
    'UPDATE audit SET seq = 1000 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 1000; ' +
      "UPDATE audit_head SET seq = (SELECT max(seq) FROM audit)",
    'event 3 is not as it was written',
  ],
};

test('whatever somebody changes in the log is found, and the first event that is not right is named', async (t) => {
  const server = await Server.start({ t, users: ['Ada', 'Grace'] });
  await everyEnding(server);
  await server.stop({ keepData: true });
  for (const [what, [sql, words]] of Object.entries(changes)) {
    const copy = newDirectory();
    t.after(() => rmSync(copy, { recursive: true, force: true }));
    cpSync(server.data, copy, { recursive: true });
    assert.equal((await audit(copy, 'verify')).code, 0, `before ${what}`);
    changeAuditLog(copy, sql);
    const { code, stderr } = await audit(copy, 'verify');
    assert.equal(code, 1, what);
    assert.ok(stderr.includes(words), `${what}: ${stderr}`);
  }
});

test('the log goes on over a kill, and stays whole', async (t) => {
  const server = await Server.start({ t, users: ['Ada', 'Grace'] });
  await everyEnding(server);
  const before = await eventsOf(server.data);
  await server.kill();
  await server.restart();
  await addUser(server.data, 'Hedy');
  const phone = await server.phone('Hedy');
  phone.close();
  const events = await eventsOf(server.data);
  assert.deepEqual(events.slice(0, before.length), before);
  assert.deepEqual(events.slice(before.length).map(({ kind, account }) => [kind, account?.name]), [
    ['server.settings', undefined],
    ['account.added', 'Hedy'],
    ['session.began', 'Hedy'],
  ]);
  assert.equal((await audit(server.data, 'verify')).code, 0);
  await server.stop();
});
