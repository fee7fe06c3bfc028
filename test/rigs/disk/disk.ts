import { join } from 'node:path'
import { onStage, type Stage } from '../app/stage'
import { type Findings, progress } from '../runner/command'
import { ACTS, type ActResult, FILLING } from './acts'
import { type Ground, makeGround } from './ground'

/** Flags of the `disk` rig. */
export interface DiskFlags {
  readonly framework: string
  /** Names of acts, with commas; empty: all. */
  readonly only: string
  /** How large the disk is that gets full, in MB. */
  readonly size: number
  /** Events that must have been lost where both disk and Postgres are away, before they come back. */
  readonly losses: number
  readonly connections: number
  readonly seed: number
}

const MB = 1_048_576
/** The disk of those acts in which something else than room is missing. */
const ROOMY_MB = 256

/** Takes the disk away from a serving application in each way that disks go, and looks whether it serves on and tells what it lost. */
export async function run(flags: DiskFlags): Promise<Findings> {
  const names = flags.only === '' ? Object.keys(ACTS) : flags.only.split(',')
  const results: Record<string, ActResult> = {}
  for (const name of names) {
    results[name] = await playAct(name, flags)
    progress(`${name}: ${JSON.stringify(results[name])}`)
  }
  const all = Object.values(results)
  const skipped = Object.keys(results).filter((name) => results[name]?.kind === 'skipped')
  const isPassed = all.length > skipped.length && all.every((result) => result.kind === 'skipped' || result.pass)
  return { pass: isPassed, framework: flags.framework, skipped, ...results }
}

async function playAct(name: string, { framework, seed, connections, size, losses }: DiskFlags): Promise<ActResult> {
  const act = ACTS[name]
  if (act === undefined) throw new Error(`no act "${name}": there are ${Object.keys(ACTS).join(', ')}`)
  const bytes = (FILLING.includes(name) ? size : ROOMY_MB) * MB
  return onStage(`disk-${name}`, { framework, seed, connections }, (stage) =>
    onGround(stage, bytes, (ground) => act({ stage, ground, losses })),
  )
}

async function onGround<T>(stage: Stage, bytes: number, play: (ground: Ground) => Promise<T>): Promise<T> {
  const ground = makeGround(join(stage.folder, 'disk'), bytes)
  try {
    return await play(ground)
  } finally {
    ground.remove()
  }
}
