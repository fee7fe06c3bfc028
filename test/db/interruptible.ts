import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type PostgresServer, type PostgresSettings, reopenPostgres, startPostgres } from './server'

/** A server that can go and come back, at the same address and with the same data. */
export interface InterruptiblePostgres {
  readonly url: string
  /** Stops it as an immediate shutdown does: connections break, nothing is written to the end. */
  takeAway(): Promise<void>
  /** Resolves when it has recovered and answers. */
  bringBack(): Promise<void>
  /** For good, with its data; may be called twice, and while it is away. */
  stop(): Promise<void>
}

/** Starts a server as `startPostgres` does. */
export async function startInterruptible(settings: PostgresSettings): Promise<InterruptiblePostgres> {
  let server: PostgresServer = await startPostgres({ settings })
  const { url, folder } = server
  let isAway = false

  async function bringBack(): Promise<void> {
    rmSync(join(folder, 'keep'), { force: true })
    server = await reopenPostgres(folder, { port: Number(new URL(url).port), settings })
    isAway = false
  }

  return {
    url,
    async takeAway() {
      isAway = true
      process.kill(Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGQUIT')
      await server.stop({ keepData: true })
    },
    bringBack,
    async stop() {
      if (isAway) rmSync(folder, { recursive: true, force: true })
      else await server.stop()
    },
  }
}
