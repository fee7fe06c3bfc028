import { pipeline, Readable } from 'node:stream'
import { constants, createGzip } from 'node:zlib'

/** Squeezes text on its way, fast rather than small. Its end, early or not, ends the text's. */
export async function* gzipped(text: AsyncIterable<string>): AsyncGenerator<Buffer, void, undefined> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  let failure: unknown
  pipeline(Readable.from(text, { highWaterMark: 1 }), gzip, (error) => (failure = error))
  try {
    for await (const chunk of gzip) yield chunk as Buffer
  } catch (error) {
    throw failure ?? error
  } finally {
    gzip.destroy()
  }
}
