import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { problemResponse } from './answer'
import { send } from './node'
import { problem } from './problem'

/** A request of the host's own. */
export interface RefusedExchange {
  readonly req: IncomingMessage | Http2ServerRequest
  readonly res: ServerResponse | Http2ServerResponse
}

const UNRECORDED = problem(
  'ERR_JOURNAL_UNAVAILABLE',
  'This request cannot be recorded right now, so it was not served.',
  {
    remedy: 'Nothing was done. Try again in a few seconds.',
    headers: { 'retry-after': '5' },
  },
)

/** Answers a request of the host's in its place, before its handler has seen it. Never throws. */
export function refuseUnrecorded({ res }: RefusedExchange): void {
  send(res as ServerResponse, problemResponse(UNRECORDED))
}
