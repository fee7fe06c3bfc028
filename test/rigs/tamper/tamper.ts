import { Client } from 'pg'
import { POSTGRES_VERSIONS } from '../../db/binaries'
import { startPostgres } from '../../db/server'
import { type Findings, progress } from '../runner/command'
import { attack } from './attacker'
import { ATTEMPTS } from './attempts'
import { differences, takeFingerprint } from './oracle'
import { CANARY, fillPlace, type Role, ROLES, urlAs } from './place'

/** Flags of the `tamper` rig. */
export interface TamperFlags {
  /** Major version of the server, or `all`. */
  readonly postgres: string
}

const ATTEMPTS_AT_LEAST = 40

/** One attempt by one role, and how it ended. */
interface Trial {
  readonly attempt: string
  readonly role: Role
  /** `harmless`: not refused, but nothing came of it. */
  readonly end: 'refused' | 'harmless' | 'succeeded'
  readonly effects: readonly string[]
}

/**
 * Lets every role below the owner try to change or remove what is recorded, or to read another tenant, and looks after
 * each attempt, as a superuser, at every row and everything that guards it.
 */
export async function run(flags: TamperFlags): Promise<Findings> {
  const versions = POSTGRES_VERSIONS.filter((version) => flags.postgres === 'all' || flags.postgres === String(version))
  const trials: Trial[] = []
  let isOracleAwake = true
  for (const version of versions) {
    const postgres = await startPostgres({ version })
    const superuser = new Client({ connectionString: postgres.url })
    superuser.on('error', () => {})
    try {
      await fillPlace(postgres.url)
      await superuser.connect()
      trials.push(...(await tryAll({ url: postgres.url, superuser })))
      isOracleAwake = (await controls({ url: postgres.url, superuser })) && isOracleAwake
      progress(`PostgreSQL ${version}: ${trials.length} trials so far`)
    } finally {
      await superuser.end().catch(() => {})
      await postgres.stop()
    }
  }
  return findings({ trials, versions, isOracleAwake })
}

interface Scene {
  readonly url: string
  readonly superuser: Client
}

async function tryAll({ url, superuser }: Scene): Promise<Trial[]> {
  const trials: Trial[] = []
  let before = await takeFingerprint(superuser)
  for (const role of ROLES) {
    for (const { name, sql, data } of ATTEMPTS.filter(({ by = ROLES }) => by.includes(role))) {
      const { refusedWith, heard } = await attack(urlAs(url, role), sql, data)
      const after = await takeFingerprint(superuser)
      const effects = [...differences(before, after), ...(heard.includes(CANARY) ? ['read another tenant'] : [])]
      const end = effects.length > 0 ? 'succeeded' : refusedWith === undefined ? 'harmless' : 'refused'
      trials.push({ attempt: name, role, end, effects })
      before = after
    }
  }
  return trials
}

/** That the oracle would notice: what a superuser does, and what a reader hears that names the other tenant itself. */
async function controls({ url, superuser }: Scene): Promise<boolean> {
  const before = await takeFingerprint(superuser)
  await superuser.query('alter table actrail.event_0 disable trigger all')
  await superuser.query(`update actrail.event_0 set action = 'forged' where log_index = 3`)
  const noticed = differences(before, await takeFingerprint(superuser))
  const other = ['begin', `select set_config('actrail.workspace', 'b', true)`, 'select * from actrail.event']
  const { heard } = await attack(urlAs(url, 'reader'), other)
  return noticed.includes('event 3') && noticed.includes('table event_0') && heard.includes(CANARY)
}

interface Evidence {
  readonly trials: readonly Trial[]
  readonly versions: readonly number[]
  readonly isOracleAwake: boolean
}

function findings({ trials, versions, isOracleAwake }: Evidence): Findings {
  const count = (end: Trial['end']): number => trials.filter((trial) => trial.end === end).length
  const succeeded = trials.filter(({ end }) => end === 'succeeded')
  const attempts = new Set(trials.map(({ attempt }) => attempt)).size
  return {
    pass: succeeded.length === 0 && attempts >= ATTEMPTS_AT_LEAST && isOracleAwake,
    postgres: versions.join(', '),
    attempts,
    trials: trials.length,
    refused: count('refused'),
    harmless: count('harmless'),
    succeeded: succeeded.length,
    isOracleAwake,
    ...(succeeded.length > 0 && {
      examples: succeeded
        .slice(0, 10)
        .map(({ attempt, role, effects }) => `${role}: ${attempt}: ${effects.slice(0, 3).join(', ')}`),
    }),
  }
}
