import { ActrailClientError, createClient, type Client } from '@actrail/client'

import type { Io } from '../command'
import { version } from '../version'
import { clientFailure } from './client-failure'
import { type ConnectionFlags, type Settings, settle } from './settings'

/** Does something with a client of the server that the flags, the environment and the files name. */
export async function askServer<T>(
  flags: ConnectionFlags,
  io: Pick<Io, 'env' | 'cwd'>,
  ask: (client: Client) => Promise<T>,
): Promise<T> {
  return askAt(await settle(flags, io), ask)
}

/** The same with settings that are settled. What the client throws becomes a `Failure`. */
export async function askAt<T>(
  { server, token, workspace }: Settings,
  ask: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    return await ask(
      createClient({ baseUrl: server, token, workspace, headers: { 'user-agent': `actrail/${version()}` } }),
    )
  } catch (error) {
    throw error instanceof ActrailClientError ? clientFailure(error, server) : error
  }
}
