import { after } from 'node:test';

/** A test that failed half-way leaves servers and browsers behind: none of them outlives the run, or keeps it from ending. */

/** After the last test, the hooks that stop what was started may take so long. */
const graceMs = 180_000;
const children = new Set();

/** Ends the process with this one, unless it has ended before. */
export function endWithUs(child) {
  children.add(child);
  child.once('close', () => children.delete(child));
}

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
after(() => {
  setTimeout(() => process.exit(), graceMs).unref();
});
