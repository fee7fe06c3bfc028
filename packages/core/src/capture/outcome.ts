import type { Result } from '../model/event'

type Response = {
  /** What was sent as head; headers given to `writeHead` alone stand nowhere else. */
  readonly _header?: string | null
  readonly statusCode: number
  readonly headersSent: boolean
  readonly errored?: unknown
  getHeader(name: string): unknown
}

type Socket = { readonly readableEnded: boolean; readonly errored: unknown } | null | undefined

/** How a response that was ended went, by its status. */
export function resultOfStatus(status: number): Result {
  if (status < 400) return 'success'
  return status === 401 || status === 403 || status === 407 ? 'denied' : 'failure'
}

/**
 * What the close of a response that nobody ended means. An event stream ends when its client goes: a success. A
 * response that was destroyed with an error, or whose socket this side closed (a failing stream, a time-out), is a
 * failure. Else the client left: `aborted`.
 */
export function resultOfClose(res: Response, socket: Socket): Result {
  if (isEventStream(res)) return 'success'
  if (res.errored != null) return 'failure'
  // An HTTP/2 stream has no socket of its own to ask; there the client's reset is the usual reason.
  if (socket == null) return 'aborted'
  return socket.readableEnded || socket.errored != null ? 'aborted' : 'failure'
}

function isEventStream(res: Response): boolean {
  if (!res.headersSent) return false
  if (String(res.getHeader('content-type')).startsWith('text/event-stream')) return true
  return /\r\ncontent-type: *text\/event-stream/i.test(res._header ?? '')
}
