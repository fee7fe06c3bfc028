import { randomBytes } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

import { errorCode } from '../error-code'
import { Failure } from '../failure'

interface Target {
  readonly cwd: string
  /** Replace a file that is there. */
  readonly force: boolean
}

/**
 * Where a file will be written, as an absolute path without links. Refuses what is there and may not be replaced, what
 * is no file, and a folder that does not exist: before anything is asked of a server.
 */
export async function checkTarget(output: string, { cwd, force }: Target): Promise<string> {
  const path = resolve(cwd, output)
  const there = await stat(path).catch(() => undefined)
  if (there === undefined) {
    const folder = await stat(dirname(path)).catch(() => undefined)
    if (folder?.isDirectory() === true) return path
    throw new Failure('failed', `${output}: there is no folder ${dirname(path)}. Make it first.`)
  }
  if (!there.isFile()) {
    throw new Failure(
      'failed',
      `${output} is no file that can be replaced. Name another one, or write to - and redirect it.`,
    )
  }
  if (!force) throw new Failure('failed', `${output} is there already. Name another one, or replace it with --force.`)
  return realpath(path)
}

/**
 * Writes pieces to a file that has another name until all of them are on the disk. Whatever goes wrong, that file is
 * removed and nothing stands under the right name that was not there before.
 */
export async function writeWhole(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  { force, signal }: { readonly force: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const beside = `${path}.${randomBytes(4).toString('hex')}.partial`
  try {
    const file = await open(beside, 'wx', 0o600)
    try {
      for await (const piece of pieces) await file.writeFile(piece)
      signal.throwIfAborted()
      await file.sync()
    } finally {
      await file.close()
    }
    if (!force && (await stat(path).catch(() => undefined)) !== undefined) {
      throw new Failure(
        'failed',
        `${path} has come into being meanwhile. Name another one, or replace it with --force.`,
      )
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    const code = errorCode(error)
    // Only the disk's own errors: those of the server are explained where it is asked.
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error
    throw new Failure('failed', `${path} cannot be written (${code}). Check its folder and the room on the disk.`, {
      cause: error,
    })
  }
}
