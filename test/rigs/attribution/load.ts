import { Agent, request } from 'node:http'
import { childSettings, serveParent } from '../runner/parent'
import { type Plan, planOf } from './plan'

/** What the load process is started with. */
export interface LoadSettings {
  readonly seed: number
  readonly requests: number
  readonly actors: number
  readonly connections: number
}

const settings = childSettings<LoadSettings>()
const agent = new Agent({ keepAlive: true, maxSockets: settings.connections })
let asked = 0
let failed = 0

async function client(port: number): Promise<void> {
  while (asked < settings.requests) {
    const status = await ask(port, planOf(settings.seed, asked++, settings.actors))
    if (status !== 200) failed++
  }
}

function ask(port: number, plan: Plan): Promise<number | undefined> {
  const body = plan.method === 'POST' ? JSON.stringify({ id: plan.id }) : undefined
  const headers = {
    'x-request-id': plan.id,
    authorization: `${plan.actor}@${plan.workspace}`,
    'x-forwarded-for': `203.0.113.9, ${plan.address}`,
    'user-agent': `client of ${plan.actor}`,
    traceparent: `00-${plan.traceId}-00f067aa0ba902b7-01`,
    'x-hops': plan.hops.join(','),
    ...(plan.records && { 'x-records': 'yes' }),
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  }
  const path = plan.method === 'POST' ? `/tasks/${plan.id}/run` : `/tasks/${plan.id}`
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, agent, method: plan.method, path, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

serveParent({
  /** Plays all requests; answers how many were not answered by 200. */
  async run(port: number) {
    await Promise.all(Array.from({ length: settings.connections }, () => client(port)))
    return failed
  },
  asked: () => asked,
})
