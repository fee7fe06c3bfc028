import type { Call, CommandDefinition, FlagDefinition } from '../command'
import { usageFailure } from '../failure'
import { writeTo } from '../terminal/write-to'
import { onLog } from './log-failure'
import { PLACE_FLAGS, type PlaceFlags, placeIfNamed, placeOf } from './place'

interface Flags extends PlaceFlags {
  readonly print?: boolean
  readonly roles?: boolean
  readonly application?: string
  readonly prefix?: string
}

const FLAGS: readonly FlagDefinition[] = [
  ...PLACE_FLAGS,
  {
    flag: '--print',
    description:
      'Print the SQL instead of running it, for an administrator to read and run with psql: what the database lacks, or all of it where no database is named.',
  },
  {
    flag: '--roles',
    description:
      'With --print: the SQL of the set-up with roles, in which the application cannot change what is recorded. To be run after the migrations, and again after each upgrade.',
  },
  {
    flag: '--application <role>',
    description: "With --roles: the application's login role, which is granted the others.",
  },
  {
    flag: '--prefix <name>',
    description: 'With --roles: what the names of the roles begin with. Default: the schema.',
  },
]

/** `actrail migrate` */
export const migrate: CommandDefinition<Flags> = {
  name: 'migrate',
  summary: 'Make the tables of the log, or bring them up to date',
  description:
    'The application does the same when it starts, if its database user may. Several at once are no trouble: one migrates, the others wait.',
  flags: FLAGS,
  examples: [
    'actrail migrate --database postgres://owner@localhost/app',
    'actrail migrate --print > actrail.sql',
    'actrail migrate --roles --print --application app > roles.sql',
  ],
  run: async (call) => {
    const { roles = false, print = false } = call.flags
    if (roles && !print)
      throw usageFailure('--roles is only printed: give --print as well, and let an administrator run what it prints.')
    await onLog(() => (roles ? printRoles(call) : print ? printMigrations(call) : runMigrations(call)))
  },
}

const BOTH_SET_UPS = `-- Two set-ups: "single-role", the default, needs nothing of this: the application owns the log, and nothing in the
-- database protects the log from it. "roles" is what follows.
`

async function printRoles({ io, flags }: Call<Flags>): Promise<void> {
  const { rolesSql } = await import('@actrail/core')
  const { schema, application, prefix } = flags
  await writeTo(io.stdout, BOTH_SET_UPS + rolesSql({ schema, application, prefix }), io.signal)
}

async function printMigrations({ io, flags }: Call<Flags>): Promise<void> {
  const { logVersion, migrationsSql } = await import('@actrail/core/maintenance')
  const place = placeIfNamed(flags, io)
  const version = place && (await logVersion(place))
  if (version?.pending.length === 0) {
    io.stderr.write(`${version.where}: the schema ${flags.schema} is up to date. There is nothing to run.\n`)
    return
  }
  await writeTo(io.stdout, migrationsSql({ schema: flags.schema, after: version?.ran }), io.signal)
}

async function runMigrations({ io, flags }: Call<Flags>): Promise<void> {
  const { migrateLog } = await import('@actrail/core/maintenance')
  const place = placeOf(flags, io)
  if (io.isErrorTTY) io.stderr.write('Migrating …\n')
  const { where, ran, pending } = await migrateLog(place)
  const newest = (names: readonly string[]): string => names.at(-1) ?? 'no tables'
  const head = `${where}, schema ${flags.schema}`
  if (pending.length === 0) {
    await writeTo(io.stdout, `${head} is up to date (${newest(ran)}).\n`, io.signal)
    return
  }
  const lines = [`${head}: from ${newest(ran)} to ${newest(pending)}.`, ...pending.map((name) => `  ran ${name}`)]
  if (ran.length > 0) lines.push('With roles, run them again as well: actrail migrate --roles --print')
  await writeTo(io.stdout, `${lines.join('\n')}\n`, io.signal)
}
