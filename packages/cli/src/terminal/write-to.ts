import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Writes a piece and waits while the reader is behind, so that memory stays the same however long the output is. */
export async function writeTo(stream: Writable, piece: string | Uint8Array, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  if (stream.write(piece)) return
  await once(stream, 'drain', signal === undefined ? {} : { signal })
}
