import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

/** A folder in a file: a line of JSON that lists folders and files, then the files' bytes, all of it compressed. */
interface Listing {
  readonly folders: string[]
  readonly files: { readonly name: string; readonly bytes: number }[]
}

/** Packs all files below `folder`. */
export function packFolder(folder: string): Buffer {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const named = entries.map((entry) => ({
    name: path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'),
    isFolder: entry.isDirectory(),
  }))
  named.sort((a, b) => (a.name < b.name ? -1 : 1))
  const folders = named.filter((one) => one.isFolder).map((one) => one.name)
  const contents = named
    .filter((one) => !one.isFolder)
    .map(({ name }) => ({ name, data: readFileSync(path.join(folder, name)) }))
  const listing: Listing = { folders, files: contents.map(({ name, data }) => ({ name, bytes: data.length })) }
  const plain = Buffer.concat([Buffer.from(`${JSON.stringify(listing)}\n`), ...contents.map(({ data }) => data)])
  return brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  })
}

/** Writes what {@link packFolder} packed below `folder`, which need not exist; only its owner may enter it. */
export function unpackFolder(archive: Buffer, folder: string): void {
  const plain = brotliDecompressSync(archive)
  const start = plain.indexOf('\n') + 1
  const { folders, files } = JSON.parse(plain.toString('utf8', 0, start)) as Listing
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of folders) mkdirSync(path.join(folder, name), { mode: 0o700 })
  let at = start
  for (const { name, bytes } of files) {
    writeFileSync(path.join(folder, name), plain.subarray(at, at + bytes), { mode: 0o600 })
    at += bytes
  }
}
