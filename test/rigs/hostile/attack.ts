import { ActrailError, annotate, type Annotation, type EventInput, reason } from '@actrail/core'
import type { Activity } from '@actrail/express'
import express, { type Request } from 'express'
import { once } from 'node:events'
import { Agent, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRandom, type Random } from '../runner/random'
import { hostileAnnotation, hostileEvent } from './events'
import type { Told } from './oracle'

/** What was tried so far, and what its callers were told. */
export interface Attack {
  readonly told: Told[]
  /** The content that each plain event must have, by id. */
  readonly plain: Map<string, string>
  /** What the handler of a request said, by the request's id. */
  readonly said: Map<string, string>
  /** The longest that one call kept the event loop busy, in ms, and which call it was. */
  longest: { readonly ms: number; readonly name: string }
}

/** One wave of an attack. */
export interface Wave {
  readonly seed: number
  /** Calls of `record`. */
  readonly events: number
  /** Requests whose handlers annotate. */
  readonly requests: number
}

/** An attack that has not begun. */
export function createAttack(): Attack {
  return { told: [], plain: new Map(), said: new Map(), longest: { ms: 0, name: 'none' } }
}

/** Plays both doors at once: `trail.record`, and requests whose handlers annotate. One in five events is plain. */
export async function play(activity: Activity, attack: Attack, wave: Wave): Promise<void> {
  await Promise.all([record(activity, attack, wave), askAll(activity, attack, wave)])
}

const PLAIN_ONE_IN = 5
const AT_ONCE = 20

/** What every plain event holds, in the order in which it is read back. */
const plainContent = (n: number): string =>
  JSON.stringify({ texts: ['plain.kept', `user-${n}`, `name ${n}`], details: { n, text: `plain ${n}` }, changes: null })

const plainEvent = (n: number): EventInput => ({
  action: 'plain.kept',
  actor: { type: 'user', id: `user-${n}`, name: `name ${n}` },
  details: { n, text: `plain ${n}` },
})

async function record(activity: Activity, attack: Attack, { seed, events }: Wave): Promise<void> {
  const random = createRandom(seed)
  for (let n = 0; n < events; n++) {
    const isPlain = n % PLAIN_ONE_IN === 0
    const { what, name, mayBeRefused } = isPlain
      ? { what: plainEvent(n), name: 'a plain event', mayBeRefused: false }
      : hostileEvent(random)
    const answer = busy(attack, `record: ${name}`, () => activity.trail.record(what))
    const told = { name: `record: ${name}`, mayBeRefused }
    const pending = answer.then(
      (id) => {
        const uuid = id.replace('evt_', '')
        attack.told.push({ ...told, id: uuid, fate: 'accepted' })
        if (isPlain) attack.plain.set(uuid, plainContent(n))
      },
      (error: unknown) => attack.told.push({ ...told, id: '', fate: isRefusal(error) ? 'refused' : 'threw' }),
    )
    if (n % AT_ONCE === 0) await pending
  }
}

const isRefusal = (error: unknown): boolean => error instanceof ActrailError && error.code === 'ERR_EVENT_INVALID'

/** The time of one call: the processor's where it is less, since a busy machine may pause us for longer than we work. */
function busy<T>(attack: Attack, name: string, call: () => T): T {
  const began = performance.now()
  const cpu = process.cpuUsage()
  try {
    return call()
  } finally {
    const { user, system } = process.cpuUsage(cpu)
    const ms = Math.min(performance.now() - began, (user + system) / 1_000)
    if (ms > attack.longest.ms) attack.longest = { ms, name }
  }
}

async function askAll(activity: Activity, attack: Attack, { seed, requests }: Wave): Promise<void> {
  const server = serve(activity, attack, createRandom(seed + 1))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  let next = 0
  const client = async (): Promise<void> => {
    while (next < requests) {
      const n = next++
      const isPlain = n % PLAIN_ONE_IN === 0
      const id = `h-${seed}-${n}`
      const status = await ask({ port, agent, id, path: isPlain ? '/plain' : '/hostile', n })
      if (isPlain) attack.plain.set(id, plainContent(n))
      const name = attack.said.get(id) ?? 'a plain request'
      attack.told.push({ name, id, mayBeRefused: false, fate: status === 200 ? 'accepted' : 'threw' })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
  agent.destroy()
  server.close()
}

function serve(activity: Activity, attack: Attack, random: Random): Server {
  const app = express()
  app.set('env', 'test')
  app.use(activity)
  app.post('/plain', (req, res) => {
    const { action, actor = { type: 'user' }, details = {} } = plainEvent(Number(req.get('x-n')))
    annotate({ action, actor, details })
    res.end('ok')
  })
  app.post('/hostile', (req, res) => {
    const { what, name } = hostileAnnotation(random)
    attack.said.set(String(req.get('x-request-id')), `annotate: ${name}`)
    busy(attack, `annotate: ${name}`, () => say(activity, req, what, random))
    busy(attack, `the end after annotate: ${name}`, () => res.end('ok'))
  })
  return app.listen(0, '127.0.0.1')
}

/** Once or twice, by either form: what is said twice is merged. */
function say(activity: Activity, req: Request, what: Annotation, random: Random): void {
  annotate(what)
  if (random.next() < 0.5) activity.of(req).annotate(what)
  if (random.next() < 0.5) annotate({ action: 'hostile.request', details: { after: true } })
  if (random.next() < 0.1) reason(what as unknown as string)
}

interface Question {
  readonly port: number
  readonly agent: Agent
  readonly id: string
  readonly path: string
  readonly n: number
}

function ask({ port, agent, id, path, n }: Question): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-request-id': id, 'x-n': String(n), 'content-length': '0' }
    const outgoing = request({ host: '127.0.0.1', port, agent, method: 'POST', path, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    outgoing.once('error', reject).end()
  })
}
