import { Pool, type PoolClient, type PoolConfig } from 'pg'

/**
 * A pool that hears the errors of itself and of each client: an error event that nobody hears ends the host's process
 * (brianc/node-postgres#3202).
 */
export class QuietPool extends Pool {
  /** All that are open, also those in use. */
  readonly clients = new Set<PoolClient>()

  constructor(config?: PoolConfig) {
    super(config)
    this.on('error', () => {})
    this.on('connect', (client) => {
      client.on('error', () => {})
      this.clients.add(client)
    })
    this.on('remove', (client) => this.clients.delete(client))
  }
}

/** `pg` for TypeORM: our pool, and no `pg-native`, whatever the host has installed. */
export const quietDriver: { readonly Pool: typeof QuietPool } = { Pool: QuietPool }
