import { setTimeout as wait } from 'node:timers/promises'

/** One person's or agent's next request. */
type Step = (send: Send) => Promise<void>
type Send = (method: string, path: string, body?: object) => Promise<void>

const TITLES = ['Fix login bug', 'Export is slow', 'Typo on the pricing page', 'Upgrade Node', 'Rotate the signing key']
const BROWSER =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15'
const AGENT = 'triage-bot/2.1'
const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T

/** Every kind of request once, in an order that makes sense: after it each list has something to show. */
export async function firstRound(base: string): Promise<void> {
  const alice = as(base, 'alice', BROWSER)
  await alice('POST', '/login', { email: 'alice@acme.example', password: 'correct horse' })
  await alice('POST', '/workspaces/acme/issues', { title: TITLES[0] })
  await alice('PATCH', '/workspaces/acme/issues/ISS-1', { title: 'Fix the login bug' })
  await as(base, 'triage-bot', AGENT)('PATCH', '/workspaces/acme/issues/ISS-1', { state: 'closed' })
  await as(base, '', BROWSER)('POST', '/login', { email: 'mallory@evil.example', password: 'guess' })
  await as(base, 'bob', BROWSER)('DELETE', '/workspaces/acme/issues/ISS-1')
}

/** A few requests a second until the time is over or `signal` says stop. */
export async function keepBusy(base: string, { ms, signal }: { ms: number; signal: AbortSignal }): Promise<void> {
  const until = Date.now() + ms
  while (Date.now() < until && !signal.aborted) {
    const [who, agent, step] = pick(PEOPLE)
    await step(as(base, who, agent)).catch(() => undefined)
    await wait(100 + Math.random() * 500, undefined, { signal }).catch(() => undefined)
  }
}

const issue = (): string => `/workspaces/acme/issues/ISS-${1 + Math.floor(Math.random() * 6)}`
const read: Step = (send) => send('GET', '/workspaces/acme/issues')
const create: Step = (send) => send('POST', '/workspaces/acme/issues', { title: pick(TITLES) })
const retitle: Step = (send) => send('PATCH', issue(), { title: pick(TITLES) })
const close: Step = (send) => send('PATCH', issue(), { state: 'closed' })
const logIn: Step = (send) =>
  send('POST', '/login', { email: 'bob@acme.example', password: pick(['battery staple', 'oops']) })

const PEOPLE: readonly (readonly [string, string, Step])[] = [
  ['alice', BROWSER, create],
  ['alice', BROWSER, retitle],
  ['alice', BROWSER, read],
  ['bob', BROWSER, logIn],
  ['bob', BROWSER, create],
  ['bob', BROWSER, (send) => send('DELETE', issue())],
  ['triage-bot', AGENT, close],
  ['triage-bot', AGENT, read],
]

function as(base: string, who: string, userAgent: string): Send {
  return async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${who}`, 'user-agent': userAgent, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    await response.arrayBuffer()
  }
}
