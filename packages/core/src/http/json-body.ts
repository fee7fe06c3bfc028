import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'

import { ActrailError } from '../errors'

/** Longest body that is read, in bytes. */
export const MAX_BODY_BYTES = 2 ** 20

/** Where the body of a request is: still on its way, or parsed by the framework. */
export interface BodySource {
  readonly headers: IncomingHttpHeaders
  readonly stream: Readable
  /** What a parser of the framework has made of it: a value, or the text of one. */
  readonly parsed?: unknown
}

/**
 * The body of a request as JSON. Rejects with `ERR_BODY_NOT_JSON` when it does not call itself that, `ERR_BODY_TOO_LARGE`
 * beyond {@link MAX_BODY_BYTES}, `ERR_BODY_INVALID` when it is not well-formed or breaks off.
 */
export async function readJsonBody({ headers, stream, parsed }: BodySource): Promise<unknown> {
  // A form of another site can send text with the user's cookies, but not this type.
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) throw notJson()
  if (stream.readableDidRead) return typeof parsed === 'string' || Buffer.isBuffer(parsed) ? parse(parsed) : parsed
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw notJson()
  return parse(await readAll(stream, Number(headers['content-length'] ?? 0)))
}

async function readAll(stream: Readable, announcedBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = announcedBytes > MAX_BODY_BYTES ? announcedBytes : 0
  try {
    // Not to be destroyed, or the refusal could not be sent.
    if (bytes === 0) {
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > MAX_BODY_BYTES) break
        chunks.push(chunk)
      }
    }
  } catch (error) {
    throw new ActrailError('ERR_BODY_INVALID', 'The body broke off.', { cause: error })
  }
  if (bytes <= MAX_BODY_BYTES) return Buffer.concat(chunks)
  // What is left unread would stand in the way of the connection's next request.
  stream.resume()
  throw new ActrailError('ERR_BODY_TOO_LARGE', `A body may have ${MAX_BODY_BYTES} bytes.`)
}

function parse(text: string | Buffer): unknown {
  try {
    return JSON.parse(text.toString()) as unknown
  } catch (error) {
    throw new ActrailError('ERR_BODY_INVALID', 'The body is not well-formed JSON.', { cause: error })
  }
}

function notJson(): ActrailError {
  return new ActrailError('ERR_BODY_NOT_JSON', 'The body must be JSON: content-type: application/json.')
}
