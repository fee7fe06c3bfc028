import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ActrailError } from '../errors'
import type { Logger } from '../model/logger'
import type { EmbeddedStreams } from './connection'

/** An open embedded store. */
export interface EmbeddedStore extends EmbeddedStreams {
  close(): Promise<void>
}

type OpenEmbedded = (options: { directory: string; logger?: Logger }) => Promise<EmbeddedStore>

/**
 * Opens the store of `@actrail/embedded`, which is looked for from this package and from the host's folder.
 * Rejects with `ERR_EMBEDDED_MISSING` when it is not installed, and as `openEmbedded` does.
 */
export async function openEmbeddedStore(options: { directory: string; logger: Logger }): Promise<EmbeddedStore> {
  return loadEmbedded()(options)
}

function loadEmbedded(): OpenEmbedded {
  for (const from of [__filename, join(process.cwd(), 'package.json')]) {
    try {
      return (createRequire(from)('@actrail/embedded') as { openEmbedded: OpenEmbedded }).openEmbedded
    } catch (error) {
      if ((error as { code?: string }).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new ActrailError(
    'ERR_EMBEDDED_MISSING',
    'No database is configured and the embedded store is not installed. Set the option "database" to a postgres:// URL, or run: npm install @actrail/embedded',
  )
}
