import { audit } from '@actrail/express'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../db/server'
import { type Findings, progress } from '../runner/command'
import { rounded } from '../runner/statistics'
import { type Attack, createAttack, play } from './attack'
import { judge } from './oracle'
import { type HeldLog, readHeld } from './read-held'

/** Flags of the `hostile` rig. */
export interface HostileFlags {
  readonly events: number
  /** Longest time that one call may keep the event loop busy, in ms. */
  readonly block: number
  readonly seed: number
}

/** Of the events, so many come from requests whose handlers annotate; the others from `trail.record`. */
const REQUESTS = 0.25
const AT_ONCE = 5_000

/**
 * Hands values to `record` and `annotate` that no log has asked for, among plain ones, and compares what the callers
 * were told with what plain SQL finds afterwards.
 */
export async function run(flags: HostileFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-hostile-'))
  const postgres = await startPostgres()
  const warnings: string[] = []
  const note = (_facts: object, message: string): number => warnings.push(message)
  const logger = { debug: () => undefined, info: () => undefined, warn: note, error: note }
  const activity = audit({ database: postgres.url, directory: folder, logger })
  try {
    await activity.trail.start()
    const prototypes = prototypesNow()
    const attack = createAttack()
    for (let done = 0; done < flags.events; done += AT_ONCE) {
      const some = Math.min(AT_ONCE, flags.events - done)
      const requests = Math.round(some * REQUESTS)
      await play(activity, attack, { seed: flags.seed + done, events: some - requests, requests })
      await activity.trail.flush()
      progress(`${done + some} of ${flags.events} events`)
    }
    const polluted = prototypesNow() !== prototypes
    const log = await readHeld(postgres.url)
    return { ...compare(attack, log, { polluted, block: flags.block }), warnings: warnings.length }
  } finally {
    await activity.trail.stop()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Rest {
  readonly polluted: boolean
  readonly block: number
}

function compare(attack: Attack, { held, quarantined }: HeldLog, { polluted, block }: Rest): Findings {
  const { told, plain, longest } = attack
  const violations = judge({ told, plain, held, quarantined })
  const counts = Object.entries(violations).map(([name, examples]) => [name, examples.length] as const)
  const examples = Object.entries(violations).flatMap(([name, found]) =>
    [...new Set(found)].slice(0, 5).map((one) => `${name}: ${one.slice(0, 200)}`),
  )
  return {
    pass: counts.every(([, count]) => count === 0) && !polluted && longest.ms <= block,
    calls: told.length,
    stored: held.length,
    refused: told.filter(({ fate }) => fate === 'refused').length,
    plain: plain.size,
    quarantined: quarantined.size,
    ...Object.fromEntries(counts.map(([name, count]) => [name === 'refused' ? 'refusedWrongly' : name, count])),
    prototypesChanged: polluted,
    longestBlockMs: rounded(longest.ms, 1),
    longestBlock: longest.name,
    ...(examples.length > 0 && { examples }),
  }
}

/** Every own property of what all objects inherit from, as text. */
function prototypesNow(): string {
  const all = [Object, Array, String, Number, Map, Set, Function, Promise, Date, Error]
  return JSON.stringify(
    all.map(({ name, prototype }: { name: string; prototype: object }) => [
      name,
      Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([key, { value }]) => [key, typeof value]),
    ]),
  )
}
