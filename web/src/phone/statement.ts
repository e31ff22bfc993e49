import type { Scan } from '../shared/wire';

/**
 * What a passkey signs when it approves: the login as this page shows it, with the number as it was typed. The server makes
 * the same text of what it has stored, so an approval of anything but what was shown is none (docs/audit.md). Pure.
 */
export function statementOf(scan: Scan, number: string, server: string): string {
  const lines: readonly (readonly [name: string, value: string])[] = [
    ['server', server],
    ['login', scan.id],
    ['nonce', scan.sign?.nonce ?? ''],
    ['client', scan.clientId],
    ['client name', scan.client],
    ['browser', scan.browser],
    ['system', scan.system],
    ['address', scan.address],
    ['number', number],
    ['account', scan.account.id],
    ['account name', scan.account.name],
    ['scanned at', String(scan.sign?.scannedAt ?? '')],
  ];
  return `latchkey approval v1\n${lines.map(([name, value]) => `${name}: ${escaped(value)}\n`).join('')}`;
}

/** No value can look like a line of its own. */
function escaped(value: string): string {
  return value.replace(/[\\\p{Cc}]/gu, (c) => {
    const code = c.charCodeAt(0);
    // Of the control characters only those of ASCII: all others are bytes of UTF-8 that no line ends with.
    if (code > 0x7f) return c;
    return c === '\\' ? '\\\\' : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
