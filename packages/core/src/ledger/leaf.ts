import { hash } from 'node:crypto'

/**
 * The leaf hash of an event: SHA-256 over a zero byte and the UTF-8 bytes of its canonical form (RFC 6962, 2.1), in
 * lower-case hex.
 */
export function leafHash(canonical: string): string {
  return hash('sha256', `\0${canonical}`, 'hex')
}
