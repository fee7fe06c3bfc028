import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startPostgres } from '../../db/server'
import { type Child, startChild } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import type { AppSettings } from './app'
import type { LoadSettings } from './load'
import { type LoggedTask, misattributed } from './misattributed'
import { planOf } from './plan'

/** Flags of the `attribution` rig. */
export interface AttributionFlags {
  readonly framework: string
  readonly requests: number
  readonly actors: number
  readonly connections: number
  readonly seed: number
}

/**
 * Interleaves requests of many actors, whose handlers hop through promises, timers, streams, shared emitters and a
 * shared pool, and compares every event with the request that it belongs to.
 */
export async function run(flags: AttributionFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-attribution-'))
  const postgres = await startPostgres()
  const settings: AppSettings = { framework: flags.framework, database: postgres.url, directory: folder }
  const app = startChild({ script: join(__dirname, 'app.ts'), settings })
  const { seed, requests, actors, connections } = flags
  const loadSettings: LoadSettings = { seed, requests, actors, connections }
  const load = startChild({ script: join(__dirname, 'load.ts'), settings: loadSettings })
  try {
    await load.ready
    const port = await app.ready
    const ticker = setInterval(() => void report(load, requests), 10_000)
    const unanswered = (await load.ask('run', port)) as number
    clearInterval(ticker)
    await app.ask('flush')
    const events = await readTasks(postgres.url)
    return { ...compare(events, flags, unanswered), framework: flags.framework, requests, actors }
  } finally {
    await Promise.all([load.kill('SIGKILL'), app.kill('SIGKILL')])
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function report(load: Child, requests: number): Promise<void> {
  const asked = (await load.ask('asked').catch(() => undefined)) as number | undefined
  if (asked !== undefined) progress(`${asked} of ${requests} requests`)
}

function compare(events: readonly LoggedTask[], flags: AttributionFlags, unanswered: number): Findings {
  const byRequest = new Map<string, LoggedTask[]>()
  for (const event of events) {
    const id = event.request_id ?? ''
    byRequest.set(id, [...(byRequest.get(id) ?? []), event])
  }
  const wrong: Record<string, number> = {}
  const examples: string[] = []
  for (let number = 0; number < flags.requests; number++) {
    const plan = planOf(flags.seed, number, flags.actors)
    for (const { what, text } of misattributed(plan, byRequest.get(plan.id) ?? [])) {
      wrong[what] = (wrong[what] ?? 0) + 1
      if (examples.length < 5) examples.push(`${plan.id} (${plan.hops.join(', ')}): ${text}`)
    }
    byRequest.delete(plan.id)
  }
  const foreign = byRequest.size
  const total = Object.values(wrong).reduce((sum, count) => sum + count, 0)
  return {
    pass: total === 0 && foreign === 0 && unanswered === 0,
    misattributed: total,
    ...(total > 0 && { wrong, examples }),
    foreign,
    unanswered,
    events: events.length,
  }
}

async function readTasks(url: string): Promise<LoggedTask[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<LoggedTask>(
      `select request_id, action, actor_id, workspace_id, host(ip) as ip, user_agent, trace_id, resource_id, details
      from actrail.event`,
    )
    return rows
  } finally {
    await client.end()
  }
}
