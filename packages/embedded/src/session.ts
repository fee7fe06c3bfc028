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
  const intake = createIntake()
  let started = false
  let pending: Buffer[] = []

  function push(bytes: Buffer): Request[] {
    intake.add(bytes)
    const requests: Request[] = []
    for (let packet = intake.take(started); packet; packet = intake.take(started)) {
      const request = started ? message(packet) : startup(packet)
      if (request?.kind === 'start') started = true
      if (request) requests.push(request)
    }
    return requests
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

// Start-up parameters are not passed on: server time-outs among them would hang the one backend there is.
function startup(packet: Buffer): Request {
  const code = packet.readInt32BE(4)
  if (code === CANCEL) return { kind: 'cancel', id: packet.readInt32BE(8), secret: packet.readInt32BE(12) }
  return code === SSL || code === GSS ? { kind: 'encrypt' } : { kind: 'start' }
}

interface Intake {
  add(bytes: Buffer): void
  /** The next complete packet; those before the start have no type in front of their length. */
  take(typed: boolean): Buffer | undefined
}

function createIntake(): Intake {
  let chunks: Buffer[] = []
  let size = 0
  let needed = 0

  return {
    add(bytes) {
      chunks.push(bytes)
      size += bytes.length
    },
    take(typed) {
      const header = typed ? HEADER_BYTES : HEADER_BYTES - 1
      if (size < Math.max(needed, header)) return undefined
      const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
      const length = bytes.readInt32BE(header - 4) + header - 4
      const isWhole = bytes.length >= length
      const rest = isWhole ? bytes.subarray(length) : bytes
      chunks = [rest]
      size = rest.length
      needed = isWhole ? 0 : length
      return isWhole ? bytes.subarray(0, length) : undefined
    },
  }
}
