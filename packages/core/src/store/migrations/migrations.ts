import type { MigrationInterface, QueryRunner } from 'typeorm'
import { inSchema } from '../schema-name'
import { analytics } from './analytics'
import { spine } from './spine'

/** Our own table of applied migrations, in our own schema. */
export const MIGRATIONS_TABLE = 'migration'

/** Oldest first. A name ends in its time (ms since 1970); after a release none is edited. */
export const MIGRATIONS = [
  { name: 'Spine1763856000000', sql: spine },
  { name: 'Analytics1795433760000', sql: analytics },
] as const

/** The name of the newest migration: a database that has it needs nothing. */
export const NEWEST_MIGRATION: string = MIGRATIONS[MIGRATIONS.length - 1]?.name ?? ''

/** TypeORM migration classes that work in `schema`. There is no way down: an audit log is not unmade by a tool. */
export function migrationsFor(schema: string): (new () => MigrationInterface)[] {
  return MIGRATIONS.map(
    ({ name, sql }) =>
      class implements MigrationInterface {
        readonly name = name
        async up(runner: QueryRunner): Promise<void> {
          await runner.query(inSchema(sql, schema))
        }
        async down(): Promise<void> {
          throw new Error(`${name} cannot be reverted: restore a backup instead.`)
        }
      },
  )
}
