import { audit, staticTokens } from '@actrail/express'
import express from 'express'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../db/server'
import { type Endpoint, fetchEndpoints } from '../badinput/endpoints'
import { type Findings, progress } from '../runner/command'
import { createRandom } from '../runner/random'
import { type CrossAnswer, leakIn, ownersIn } from './oracle'
import { crossRequest, type CrossRequest, type Loot } from './requests'
import { eventOf, EVENTS_EACH, READERS, WORKSPACES } from './world'

/** Flags of the `tenants` rig. */
export interface TenantsFlags {
  readonly requests: number
  readonly connections: number
  readonly seed: number
}

const BASE = '/api/v1'
type Activity = ReturnType<typeof audit>

/**
 * Readers of many tenants ask every endpoint that the mounted API describes for what is not theirs: by path, parameter,
 * filter, id, cursor, header and encoding. Each event says whose it is, so that an answer is judged by itself.
 */
export async function run(flags: TenantsFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-tenants-'))
  const postgres = await startPostgres()
  const activity = audit({ database: postgres.url, directory: folder, authorize: staticTokens(principals()) })
  const server = express().use(activity).use(BASE, activity.router()).listen(0, '127.0.0.1')
  const agent = new Agent({ keepAlive: true, maxSockets: flags.connections })
  try {
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const endpoints = await fetchEndpoints(`http://127.0.0.1:${port}${BASE}`)
    const loot = await fill(activity)
    const asked = { port, agent, loot, endpoints: endpoints.filter((one) => one.method === 'GET' && !one.streams) }
    return { ...(await play(asked, flags)), endpoints: asked.endpoints.length }
  } finally {
    agent.destroy()
    server.close()
    await activity.trail.stop()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function principals() {
  const of = ({ token, workspaces, isAdmin }: (typeof READERS)[number]) => {
    const permissions = ['activity:read', 'activity:export', ...(isAdmin ? ['activity:admin'] : [])]
    return [token, { id: token, workspaces, permissions }] as const
  }
  return Object.fromEntries(READERS.map(of)) as unknown as Parameters<typeof staticTokens>[0]
}

/** Fills each workspace, and steals an id of each event and the cursors of each list. */
async function fill({ trail }: Activity): Promise<Loot> {
  const ids: { id: string; workspace: string }[] = []
  for (let n = 0; n < EVENTS_EACH; n++) {
    for (const workspace of WORKSPACES) ids.push({ id: await trail.record(eventOf(workspace, n)), workspace })
  }
  await trail.flush()
  const cursors = ['dzk5', 'bDE1MA', 'dzA', 'bDA']
  for (const workspace of WORKSPACES) {
    const { nextCursor } = await trail.query({ workspace }, { limit: 10 })
    if (nextCursor !== undefined) cursors.push(nextCursor)
  }
  return { ids, cursors }
}

interface Asked {
  readonly port: number
  readonly agent: Agent
  readonly loot: Loot
  readonly endpoints: readonly Endpoint[]
}

async function play(asked: Asked, { requests, connections, seed }: TenantsFlags): Promise<Findings> {
  const random = createRandom(seed)
  const leaks = new Map<string, number>()
  const statuses: Record<number, number> = {}
  let sent = 0
  let shown = 0
  const client = async (): Promise<void> => {
    while (sent < requests) {
      if (++sent % 10_000 === 0) progress(`${sent} of ${requests} requests`)
      const cross = crossRequest(asked.endpoints, asked.loot, random)
      const answer = await ask(asked, cross)
      shown += ownersIn(answer.body).length
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      const leak = leakIn(cross, answer)
      if (leak !== undefined) note(leaks, `${cross.reader.token} ${leak}: ${cross.target.slice(0, 80)}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
  const foreign = [...leaks.values()].reduce((sum, count) => sum + count, 0)
  // Whoever is shown nothing at all proves nothing.
  const isPlayed = shown > requests
  return { pass: foreign === 0 && isPlayed, requests, leaks: foreign, rowsShown: shown, statuses, ...(foreign > 0 && { examples: Object.fromEntries([...leaks].slice(0, 10)) }) } // prettier-ignore
}

function note(leaks: Map<string, number>, text: string): void {
  leaks.set(text, (leaks.get(text) ?? 0) + 1)
}

function ask({ port, agent }: Asked, { target, headers }: CrossRequest): Promise<CrossAnswer> {
  return new Promise((resolve, reject) => {
    const path = `${BASE}${target}`
    const outgoing = request({ host: '127.0.0.1', port, agent, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => {
        const total = response.headers['x-total-count']
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          total: total === undefined ? undefined : Number(total),
        })
      })
    })
    outgoing.once('error', reject).end()
  })
}
