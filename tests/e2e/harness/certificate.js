import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A new self-signed certificate for loopback in `directory`, over the one that may be there. */
export function makeCertificate(directory) {
  const cert = join(directory, 'cert.pem');
  const key = join(directory, 'key.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return { cert, key };
}
