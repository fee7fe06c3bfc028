import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { errorCode } from '../error-code'
import { Failure, usageFailure } from '../failure'

/** Lies in a project's folder and is shared with whoever works on it. */
export const PROJECT_FILE = '.actrailrc.json'

const KEYS = ['profile', 'server', 'workspace'] as const

/** What a project's file says, and where it lies. */
export interface ProjectFile extends Partial<Readonly<Record<(typeof KEYS)[number], string>>> {
  readonly path: string
}

/**
 * The nearest project file, in this folder or one above it; `undefined` where there is none. A token in it is refused:
 * the file is shared.
 */
export async function readProjectFile(cwd: string): Promise<ProjectFile | undefined> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, PROJECT_FILE)
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      if (/^(ENOENT|ENOTDIR)$/.test(errorCode(cause) ?? '')) return undefined
      throw new Failure('failed', `${path} cannot be read. Check its rights.`, { cause })
    })
    if (text !== undefined) return { path, ...parsed(text, path) }
    if (dirname(folder) === folder) return undefined
  }
}

function parsed(text: string, path: string): Omit<ProjectFile, 'path'> {
  const value = asObject(text)
  if (value === undefined) throw usageFailure(`${path} is not a JSON object. It may have the keys ${KEYS.join(', ')}.`)
  for (const [key, one] of Object.entries(value)) {
    if (key === 'token') {
      throw usageFailure(`${path} holds a token, and is shared. Remove it there, revoke it, and use: actrail login`)
    }
    if (!KEYS.some((known) => known === key)) {
      throw usageFailure(`${path}: there is no key "${key}". The keys are ${KEYS.join(', ')}.`)
    }
    if (typeof one !== 'string' || one === '') throw usageFailure(`${path}: "${key}" is a text that is not empty.`)
  }
  return value
}

function asObject(text: string): Record<string, string> | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, string>)
      : undefined
  } catch {
    return undefined
  }
}
