import type { PGlite } from '@electric-sql/pglite'
import { createAnswerReader } from './answers'
import { frame, int32, text, type TransactionStatus } from './frames'
import type { Backend } from './turns'

/** The one backend of a store. */
export interface PostgresBackend extends Backend {
  /** What a new connection is greeted with: ParameterStatus messages. */
  readonly parameters: Buffer
}

const SEND_BYTES = 64 * 1024
const PROTOCOL = 196_608

/**
 * The wire protocol of an open PGlite. `notify` gets each notification, for all connections.
 *
 * `execProtocolRawStream` and not `execProtocolRaw`: the latter also parses every answer and keeps the messages.
 */
export async function createBackend(db: PGlite, notify: (bytes: Buffer) => void): Promise<PostgresBackend> {
  async function run(bytes: Buffer, send: (bytes: Buffer) => void): Promise<TransactionStatus | undefined> {
    let status: TransactionStatus | undefined
    const outgoing = createOutgoing(send)
    const reader = createAnswerReader({
      messages: outgoing.add,
      notification: notify,
      ready: (now) => (status = now),
    })
    // The chunk is a view of the database's memory, which the next statement overwrites.
    await db.execProtocolRawStream(bytes, { syncToFs: false, onRawData: (chunk) => reader.push(Buffer.from(chunk)) })
    outgoing.flush()
    return status
  }

  return { run, parameters: await greet(db) }
}

/** Joins small messages: an answer of one row is one message to the host's thread, a large one flows. */
function createOutgoing(send: (bytes: Buffer) => void): { add(bytes: Buffer): void; flush(): void } {
  let parts: Buffer[] = []
  let size = 0
  const flush = (): void => {
    if (size > 0) send(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts))
    parts = []
    size = 0
  }
  return {
    add(bytes) {
      parts.push(bytes)
      size += bytes.length
      if (size >= SEND_BYTES) flush()
    },
    flush,
  }
}

async function greet(db: PGlite): Promise<Buffer> {
  const settings = ['user', 'postgres', 'database', 'postgres', 'client_encoding', 'UTF8']
  const body = Buffer.concat([int32(PROTOCOL), ...settings.map(text), Buffer.alloc(1)])
  const packet = Buffer.concat([int32(body.length + 4), body])
  const parameters: Buffer[] = []
  const reader = createAnswerReader({
    messages: (bytes) => parameters.push(...parameterStatuses(bytes)),
    notification: () => undefined,
    ready: () => undefined,
  })
  await db.execProtocolRawStream(packet, { syncToFs: false, onRawData: (chunk) => reader.push(Buffer.from(chunk)) })
  return Buffer.concat(parameters)
}

function parameterStatuses(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readInt32BE(at + 1) + 1
    if (bytes[at] === 0x53) found.push(bytes.subarray(at, at + length))
    at += length
  }
  return found
}

/** What a client is told when it has connected. `id` and `secret` name it in a cancellation. */
export function greeting(parameters: Buffer, id: number, secret: number): Buffer {
  return Buffer.concat([
    frame('R', int32(0)),
    parameters,
    frame('K', int32(id), int32(secret)),
    frame('Z', Buffer.from('I')),
  ])
}
