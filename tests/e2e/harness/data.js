import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What lies in a data directory. */

/** Each file with its length and a hash of its bytes. The `-shm` file is SQLite's shared memory, not data. */
export function filesOf(directory) {
  const names = readdirSync(directory).filter((name) => !name.endsWith('-shm')).sort();
  return names.map((name) => {
    const bytes = readFileSync(join(directory, name));
    return { name, length: bytes.length, hash: createHash('sha256').update(bytes).digest('hex') };
  });
}

function databaseIn(directory) {
  return join(directory, readdirSync(directory).find((name) => /\.(sqlite3?|db)$/.test(name)));
}

/** Somebody changes the database behind our back, with a SQLite that is not ours (Python's). */
function changeDatabase(directory, sql) {
  const program = 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])';
  execFileSync('python3', ['-c', program, databaseIn(directory), sql]);
}

/** The same of the audit log, which is only added to until somebody takes that rule out of the file. */
export function changeAuditLog(directory, sql) {
  const rules = ['audit_not_changed', 'audit_not_removed', 'evidence_not_changed', 'evidence_not_removed'];
  changeDatabase(directory, `${rules.map((rule) => `DROP TRIGGER ${rule};`).join('')} ${sql}`);
}

/** How many rows a table has, read by the same. */
export function rowsOf(directory, table) {
  const program = 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM " + sys.argv[2]).fetchone()[0])';
  return Number(execFileSync('python3', ['-c', program, databaseIn(directory), table], { encoding: 'utf8' }));
}

/** The files of a data directory in which one of these (texts or bytes) stands. */
export function foundInFiles(directory, wanted) {
  return readdirSync(directory).filter((name) => {
    const bytes = readFileSync(join(directory, name));
    return wanted.some((one) => bytes.includes(one));
  });
}
