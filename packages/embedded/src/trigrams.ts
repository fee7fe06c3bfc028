import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Extension } from '@electric-sql/pglite'

/**
 * The extension `pg_trgm`, as every store offers it: 16 kB of PGlite's own files. A store that has made use of it cannot
 * be opened without.
 */
export const trigrams: Extension = {
  name: 'pg_trgm',
  setup: () => {
    const file = path.join(path.dirname(require.resolve('@electric-sql/pglite')), 'pg_trgm.tar.gz')
    return Promise.resolve({ bundlePath: pathToFileURL(file) })
  },
}
