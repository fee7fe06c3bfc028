import { Pool, type PoolConfig } from 'pg'

/**
 * A pool that hears the errors of itself and of each client: an error event that nobody hears ends the host's process
 * (brianc/node-postgres#3202).
 */
export class QuietPool extends Pool {
  constructor(config?: PoolConfig) {
    super(config)
    this.on('error', () => {})
    this.on('connect', (client) => client.on('error', () => {}))
  }
}

/** `pg` for TypeORM: our pool, and no `pg-native`, whatever the host has installed. */
export const quietDriver: { readonly Pool: typeof QuietPool } = { Pool: QuietPool }
