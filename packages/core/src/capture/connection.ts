import { Socket } from 'node:net'
import type { Scope } from '../context/scope'
import { normalAddress } from '../model/address'
import type { Exchange } from './exchange'

/** A captured request, as its connection sees it. */
export interface OpenRequest extends Scope {
  /** Undefined once it has ended. */
  readonly exchange: Exchange | undefined
  /** Of the trail that captured it. */
  readonly closing: object
  /** The connection's list. */
  nextOpen: OpenRequest | undefined
  onClose(): void
  /** It is one of the trail's own: it leaves no event. */
  exempt(): void
}

/**
 * What is the same for all requests of a connection, and which of them are open. It hangs on the socket: frameworks give
 * each request and response a shape of its own, so that every property looked up on them misses the engine's caches (over
 * a microsecond each), and so does every listener added. One listener for a connection's end serves all its requests.
 */
export class Connection {
  /** The peer, in normal form. */
  readonly peer: string | undefined
  /** HTTP/1 responses say `prefinish`, HTTP/2 has only `finish`. */
  readonly isHttp1: boolean
  /** Open requests, newest first, as a list through `nextOpen`. */
  private newest: OpenRequest | undefined = undefined

  constructor(
    req: Exchange['req'],
    /** Tells its end by itself; else each response is listened to. */
    readonly tellsEnd: boolean,
  ) {
    this.peer = normalAddress(req.socket?.remoteAddress)
    this.isHttp1 = req.httpVersionMajor === 1
  }

  add(captured: OpenRequest): void {
    captured.nextOpen = this.newest
    this.newest = captured
  }

  remove(captured: OpenRequest): void {
    if (this.newest === captured) this.newest = captured.nextOpen
    else
      for (let each = this.newest; each !== undefined; each = each.nextOpen)
        if (each.nextOpen === captured) each.nextOpen = captured.nextOpen
    captured.nextOpen = undefined
  }

  /** The open request that was captured last for `req`, and by `closing` where one is named. */
  find(req: object, closing?: object): OpenRequest | undefined {
    let each = this.newest
    while (each !== undefined && (each.exchange?.req !== req || (closing !== undefined && each.closing !== closing)))
      each = each.nextOpen
    return each
  }

  /** The client has gone, or the socket was closed, under whatever is still open. */
  readonly onClose = (): void => {
    for (let each = this.newest; each !== undefined;) {
      const next: OpenRequest | undefined = each.nextOpen
      each.onClose()
      each = next
    }
  }
}

// Shared by copies of this package, so that `audited()` of one finds what another captured.
const CONNECTION = Symbol.for('actrail.connection.v1')
interface Tagged {
  [CONNECTION]?: Connection
}

/** The connection of a request; made at its first one. */
export function connectionOf(req: Exchange['req']): Connection {
  const socket = req.socket as (Exchange['req']['socket'] & Tagged) | undefined
  // An injected request has no socket, or a mere stand-in; an HTTP/2 stream ends by itself.
  if (!(socket instanceof Socket)) return taggedOn(req, () => new Connection(req, false))
  return taggedOn(socket, () => {
    const connection = new Connection(req, req.httpVersionMajor === 1)
    if (connection.tellsEnd) listenFor(socket, connection)
    return connection
  })
}

/**
 * Before anybody else: Node's own listeners abort the request, and what answers that abort (a body parser, say) must not
 * look like the handler's answer. A server that allows half-open connections still answers after the client's end.
 */
function listenFor(socket: Socket, { onClose }: Connection): void {
  const { server } = socket as { server?: { httpAllowHalfOpen?: boolean } }
  if (server?.httpAllowHalfOpen !== true) socket.prependListener('end', onClose)
  socket.prependListener('close', onClose)
}

/** The open request of `req`, if it is captured. */
export function findCaptured(req: object, closing?: object): OpenRequest | undefined {
  const { socket } = req as { socket?: Tagged }
  return (socket?.[CONNECTION] ?? (req as Tagged)[CONNECTION])?.find(req, closing)
}

function taggedOn(holder: object, make: () => Connection): Connection {
  return ((holder as Tagged)[CONNECTION] ??= make())
}
