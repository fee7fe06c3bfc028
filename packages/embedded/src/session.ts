import { frame, HEADER_BYTES, text } from './frames'
import { createStatementNames } from './statement-names'

/** What a client wants done before anybody else gets a turn: a simple query, or messages up to a Sync or Flush. */
export interface Unit {
  readonly kind: 'work'
  readonly bytes: Buffer
  /** False after a Flush, which the backend answers without ReadyForQuery. */
  readonly endsWithReady: boolean
}

/** Something that a client said. */
export type Request =
  | Unit
  /** A start-up packet: wants the greeting. */
  | { readonly kind: 'start' }
  /** A wish to be encrypted, which is refused: there is no network in between. */
  | { readonly kind: 'encrypt' }
  | { readonly kind: 'cancel'; readonly id: number; readonly secret: number }
  | { readonly kind: 'terminate' }

/** One connection, as far as the bytes of its client go. */
export interface Session {
  /** The requests that are complete with these bytes. */
  push(bytes: Buffer): Request[]
  /** Messages that leave nothing of this session in the backend; empty when there is nothing. */
  farewell(): Buffer[]
}

// A backend in `copy … from stdin` would read on, find the end of its input and exit. So every unit carries the answer
// that ends a copy; out of a copy it is ignored, as the protocol wants.
const NO_COPY = frame('f', text('the embedded store takes no COPY FROM STDIN: use INSERT'))

const CANCEL = 80_877_102
const SSL = 80_877_103
const GSS = 80_877_104

/** @param id Unique in this store; names the session's prepared statements. */
export function createSession(id: number): Session {
  const names = createStatementNames(id)
  let chunks: Buffer[] = []
  let size = 0
  let needed = 4
  let started = false
  let pending: Buffer[] = []

  function push(bytes: Buffer): Request[] {
    chunks.push(bytes)
    size += bytes.length
    if (size < needed) return []
    let rest = chunks.length === 1 ? bytes : Buffer.concat(chunks)
    const requests: Request[] = []
    for (;;) {
      const length = messageLength(rest)
      needed = length ?? (started ? HEADER_BYTES : 4)
      if (length === undefined || rest.length < length) break
      const request = started ? message(rest.subarray(0, length)) : startup(rest.subarray(0, length))
      if (request) requests.push(request)
      rest = rest.subarray(length)
    }
    chunks = rest.length > 0 ? [rest] : []
    size = rest.length
    return requests
  }

  function messageLength(rest: Buffer): number | undefined {
    if (!started) return rest.length < 4 ? undefined : rest.readInt32BE(0)
    return rest.length < HEADER_BYTES ? undefined : rest.readInt32BE(1) + 1
  }

  // Start-up parameters are not passed on: server time-outs among them would hang the one backend there is.
  function startup(packet: Buffer): Request {
    const code = packet.readInt32BE(4)
    if (code === CANCEL) return { kind: 'cancel', id: packet.readInt32BE(8), secret: packet.readInt32BE(12) }
    if (code === SSL || code === GSS) return { kind: 'encrypt' }
    started = true
    return { kind: 'start' }
  }

  function message(bytes: Buffer): Request | undefined {
    const type = String.fromCharCode(bytes[0] ?? 0)
    if (type === 'X') return { kind: 'terminate' }
    const ours = names.rename(bytes)
    if (type === 'Q') pending.push(ours, NO_COPY)
    else if (type === 'S' || type === 'H') pending.push(NO_COPY, ours)
    else {
      pending.push(ours)
      return undefined
    }
    const unit: Unit = { kind: 'work', bytes: Buffer.concat(pending), endsWithReady: type !== 'H' }
    pending = []
    return unit
  }

  return { push, farewell: () => names.closeAll() }
}
