import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { audit as expressAudit } from '@actrail/express'
import { audit as koaAudit } from '@actrail/koa'
import express from 'express'
import Koa from 'koa'
import request from 'supertest'
import { type AuditTrail, createAuditTrail } from '../../packages/core/src/audit-trail'
import type { JournalMode } from '../../packages/core/src/journal/types'

/** Answers with the number of bytes that it was sent. */
type MakeApp = (trail: AuditTrail<never>, handled: () => void) => Parameters<typeof request>[0]

async function bytesOf(body: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0
  for await (const chunk of body) bytes += chunk.length
  return bytes
}

const frameworks: readonly (readonly [string, MakeApp])[] = [
  [
    'Express',
    (trail, handled) =>
      express()
        .use(expressAudit(trail as never))
        .post('/uploads', async (req, res) => {
          handled()
          res.json({ bytes: await bytesOf(req) })
        }),
  ],
  [
    'Koa',
    (trail, handled) =>
      new Koa()
        .use(koaAudit(trail as never))
        .use(async (ctx) => {
          handled()
          ctx.body = { bytes: await bytesOf(ctx.req) }
        })
        .callback(),
  ],
]

describe.each(frameworks)('a journal that requests wait for, under %s', (_name, makeApp) => {
  let directory: string
  let trail: AuditTrail<never>
  let handled = 0
  beforeEach(() => {
    handled = 0
    directory = mkdtempSync(join(tmpdir(), 'actrail-modes-'))
  })
  afterEach(async () => {
    await trail.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  function open(mode: JournalMode): Parameters<typeof request>[0] {
    const quiet = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined }
    // Nobody listens there: what the journal takes, it keeps.
    const database = 'postgres://nobody@127.0.0.1:1/none'
    trail = createAuditTrail({ directory, database, logger: quiet, journal: { mode, maxBytes: 1_048_576 } })
    return makeApp(trail, () => handled++)
  }

  const journal = async () => (await trail.status()).journal

  /** Records until the quota is used up; answers what the last ones were told. */
  async function fillUp(): Promise<unknown> {
    const details = { note: 'x'.repeat(8_000) }
    while ((await journal()).writesTo === 'disk') {
      const told = await trail.record({ action: 'disk.filled', details }).catch((error: unknown) => error)
      if (typeof told !== 'string') return told
    }
    return trail.record({ action: 'disk.filled', details }).catch((error: unknown) => error)
  }

  it.each(['fsync', 'strict'] as const)('has the whole body for the handler in mode %s', async (mode) => {
    const app = open(mode)
    const body = 'x'.repeat(700_000)
    const answers = await Promise.all(
      [1, 2, 3].map(() => request(app).post('/uploads').set('content-type', 'text/plain').send(body)),
    )
    expect(answers.map(({ status, body: told }) => ({ status, told: told as unknown }))).toEqual(
      [1, 2, 3].map(() => ({ status: 200, told: { bytes: 700_000 } })),
    )
    expect(await journal()).toMatchObject({ mode, unsentEvents: 3, refusals: 0, lostEvents: 0, problems: [] })
  })

  it('in mode strict answers 503 before the handler when the disk takes nothing, and counts it', async () => {
    const app = open('strict')
    expect(await fillUp()).toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
    const before = await journal()
    const answer = await request(app).post('/uploads').set('content-type', 'text/plain').send('x'.repeat(700_000))
    expect({ status: answer.status, type: answer.type, retry: answer.headers['retry-after'] }).toEqual({
      status: 503,
      type: 'application/problem+json',
      retry: '5',
    })
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE', status: 503 })
    expect(handled).toBe(0)
    const after = await journal()
    expect(after).toMatchObject({ refusals: before.refusals + 1, openIntents: 0, unsentEvents: before.unsentEvents })
    expect(after.problems.join()).toContain('journal.maxBytes')
  })

  it('in mode fsync serves on when the disk takes nothing', async () => {
    const app = open('fsync')
    expect(await fillUp()).toMatch(/^evt_/)
    const { body } = (await request(app).post('/uploads').send('x')) as { body: unknown }
    expect(body).toEqual({ bytes: 1 })
    expect(await journal()).toMatchObject({ writesTo: 'memory', lostEvents: 0, refusals: 0 })
  })
})
