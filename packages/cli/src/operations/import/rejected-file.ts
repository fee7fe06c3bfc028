import { type FileHandle, open, rm } from 'node:fs/promises'
import type { SourceRow } from './source-row'

/** Where rows go that cannot be events. */
export interface RejectedFile {
  add(row: SourceRow, reason: string): Promise<void>
  /** May be called twice. */
  close(): Promise<void>
}

/**
 * A file of comma-separated values: the rows as they were, each with its place and the reason behind it, so that they can
 * be corrected there and imported by the same mapping. Their cells are kept to the byte, formulas too. It is there only if
 * a row is rejected; what an earlier import left under the name is removed.
 */
export async function createRejectedFile(
  file: string,
  { columns, unit }: { readonly columns: readonly string[]; readonly unit: string },
): Promise<RejectedFile> {
  await rm(file, { force: true })
  let handle: FileHandle | undefined

  async function write(cells: readonly string[]): Promise<void> {
    await handle?.write(`${cells.map(quoted).join(',')}\r\n`)
  }

  return {
    add: async ({ at, cells }, reason) => {
      if (handle === undefined) {
        handle = await open(file, 'wx', 0o600)
        await write([...columns, `rejected_${unit}`, 'rejected_reason'])
      }
      const padded = columns.map((_, index) => cells[index] ?? '')
      await write([...padded, String(at), reason])
    },
    close: async () => {
      await handle?.close()
      handle = undefined
    },
  }
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
