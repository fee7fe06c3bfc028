// Messages of PostgreSQL's frontend/backend protocol 3.0: one byte type, four bytes length (itself included), body.
// https://www.postgresql.org/docs/current/protocol-message-formats.html

/** Length of the type and length fields. */
export const HEADER_BYTES = 5

/** State of the backend after a unit of work: idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E'

/** A message of `type` with `body`. */
export function frame(type: string, ...body: Uint8Array[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, 4)
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(type, 0, 'latin1')
  header.writeInt32BE(length, 1)
  return Buffer.concat([header, ...body])
}

/** A zero-terminated string. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}

/** A four-byte signed integer. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** The zero-terminated string at `offset` and where it ends. */
export function readText(bytes: Buffer, offset: number): { value: string; end: number } {
  const zero = bytes.indexOf(0, offset)
  const end = zero === -1 ? bytes.length : zero
  return { value: bytes.toString('utf8', offset, end), end: end + 1 }
}

/** A simple query. */
export function queryFrame(sql: string): Buffer {
  return frame('Q', text(sql))
}

/** The end of an answer. */
export function readyFrame(status: TransactionStatus): Buffer {
  return frame('Z', Buffer.from(status))
}

/** What an error answer says. */
export interface WireError {
  readonly severity: 'ERROR' | 'FATAL'
  /** SQLSTATE. */
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** An error answer, as `pg` turns it into a `DatabaseError`. */
export function errorFrame({ severity, code, message, hint }: WireError): Buffer {
  const fields = { S: severity, V: severity, C: code, M: message, H: hint }
  const parts = Object.entries(fields).map(([field, value]) => text(field + value))
  return frame('E', ...parts, Buffer.alloc(1))
}
