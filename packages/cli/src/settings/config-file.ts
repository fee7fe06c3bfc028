import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'

import type { Io } from '../command'
import { errorCode } from '../error-code'
import { Failure, usageFailure } from '../failure'
import { serverUrl } from './server-url'

/** A server with the credentials for it, under a name. */
export interface Profile {
  readonly server: string
  readonly workspace?: string
  readonly token?: string
}

/** What `actrail login` has saved. */
export interface Config {
  /** The profile that is used where none is named. */
  readonly current?: string
  readonly profiles: ReadonlyMap<string, Profile>
}

const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/

/** A profile's name as it may be: letters, digits, `.`, `_` and `-`, up to 64, the first one a letter or a digit. */
export function profileName(text: string): string {
  if (NAME.test(text)) return text
  throw usageFailure(
    `"${text}" is no name of a profile. Use up to 64 letters, digits, dots, - and _, such as acme-prod.`,
  )
}

/** `actrail/config.json` below `$XDG_CONFIG_HOME`, or below `~/.config` where that is not an absolute path. */
export function configPath(env: Io['env']): string {
  const { XDG_CONFIG_HOME: chosen = '', HOME: home = '' } = env
  const base = isAbsolute(chosen) ? chosen : join(isAbsolute(home) ? home : homedir(), '.config')
  return join(base, 'actrail', 'config.json')
}

/** Reads the file; empty where there is none. Throws a `Failure` for one that is not as this program writes it. */
export async function readConfig(env: Io['env']): Promise<Config> {
  const path = configPath(env)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw new Failure('failed', `${path} cannot be read. Check who owns it and its rights.`, { cause })
  })
  if (text === undefined) return { profiles: new Map() }
  const config = parsed(text)
  if (config !== undefined) return config
  throw new Failure(
    'failed',
    `${path} is not as actrail wrote it. Mend it, or remove it and log in again: actrail login`,
  )
}

/**
 * Replaces the file as a whole, readable for its owner only. Who reads it meanwhile sees the old one or the new one. A
 * file that is a link stays one.
 */
export async function writeConfig(env: Io['env'], { current, profiles }: Config): Promise<void> {
  const path = configPath(env)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const target = await realpath(path).catch(() => path)
  const beside = `${target}.${randomBytes(6).toString('hex')}`
  const shown = { ...(current !== undefined && { current }), profiles: Object.fromEntries(profiles) }
  try {
    const file = await open(beside, 'wx', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(shown, null, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(beside, 0o600)
    await rename(beside, target)
  } catch (cause) {
    await rm(beside, { force: true })
    throw new Failure('failed', `${path} cannot be written. Check the rights of its folder.`, { cause })
  }
}

function parsed(text: string): Config | undefined {
  try {
    const { current, profiles } = JSON.parse(text) as { current?: unknown; profiles?: unknown }
    if (typeof profiles !== 'object' || profiles === null) return undefined
    const read = new Map(Object.entries(profiles).map(([name, one]) => [profileName(name), profileOf(one)]))
    return { ...(typeof current === 'string' && read.has(current) && { current }), profiles: read }
  } catch {
    return undefined
  }
}

function profileOf(value: unknown): Profile {
  const { server, workspace, token } = value as Record<string, unknown>
  return {
    server: serverUrl(String(server), 'server'),
    ...(typeof workspace === 'string' && { workspace }),
    ...(typeof token === 'string' && { token }),
  }
}
