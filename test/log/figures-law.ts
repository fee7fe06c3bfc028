import fc from 'fast-check'
import { bucketStarts } from '../../packages/core/src/analytics/buckets'
import { DAY_MS, type Period, roundedPeriod } from '../../packages/core/src/model/period'
import { offsetSpans } from '../../packages/core/src/model/time-zone'
import type { Queries } from '../../packages/core/src/store/database'
import type { FigureReader } from '../../packages/core/src/store/read/figures'
import { ACTIVITY_BEGIN_MS, ACTIVITY_DAYS } from './generated-activity'
import {
  askPlainly,
  plainCounts,
  plainHours,
  type PlainQuestion,
  plainResources,
  plainSeen,
  plainTimeline,
  plainTotals,
  plainUsers,
} from './plain-figures'

const QUARTER_MS = 900_000
const END_MS = ACTIVITY_BEGIN_MS + ACTIVITY_DAYS * DAY_MS

// Of half and quarter hours, with clocks that are set by an hour, by half an hour and at midnight.
const DAY_ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Cairo', 'America/St_Johns'] // prettier-ignore
// Where clocks are set by half an hour, we begin a new hour there; Postgres does not.
const HOUR_ZONES = DAY_ZONES.filter((zone) => zone !== 'Australia/Lord_Howe')

const moments = fc.integer({ min: ACTIVITY_BEGIN_MS - 20 * DAY_MS, max: END_MS })
const lengths = fc.oneof(
  fc.integer({ min: 1, max: 3 * 3_600_000 }),
  fc.integer({ min: 1, max: 5 * DAY_MS }),
  fc.integer({ min: 1, max: 40 * DAY_MS }),
)
const questions = fc.record({
  from: fc.oneof({ weight: 9, arbitrary: moments }, { weight: 1, arbitrary: fc.constant(Date.UTC(1960, 0, 1)) }),
  length: lengths,
  workspaceId: fc.constantFrom('w', 'other', 'third'),
  actor: fc.option(fc.record({ id: fc.constantFrom('a', 'b', '😀'), type: fc.constantFrom('user', 'agent', '') })),
  dayZone: fc.constantFrom(...DAY_ZONES),
  hourZone: fc.constantFrom(...HOUR_ZONES),
  actorType: fc.constantFrom('user', 'agent', ''),
  by: fc.constantFrom('total', 'changes', 'failed', 'logins'),
  byOfResources: fc.constantFrom('total', 'changes', 'failed'),
  types: fc.option(fc.constant(['issue', 'ISSUE'])),
  isLeast: fc.boolean(),
  byLogin: fc.boolean(),
  most: fc.constantFrom(1, 3, 100),
})
type Question = typeof questions extends fc.Arbitrary<infer Value> ? Value : never

interface PlainRow {
  readonly name: unknown
  readonly type?: string
  readonly total: number
  readonly failed: number
  readonly changes: number
  readonly logins: number
}

/** Asks the rollups and the log for every number of some hundred stretches, and expects the same. */
export async function figuresLaw(queries: Queries, reader: FigureReader, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(questions, async (question) => {
      await kindsAgree(queries, reader, question)
      await timesAgree(queries, reader, question)
      await peopleAgree(queries, reader, question)
    }),
    { numRuns, seed: numRuns },
  )
}

const periodOf = ({ from, length }: Question): Period => {
  const to = from < 0 ? END_MS : from + length
  return roundedPeriod({ from, to }, QUARTER_MS)
}

async function kindsAgree(queries: Queries, reader: FigureReader, question: Question): Promise<void> {
  const { workspaceId, most } = question
  const actor = question.actor ?? undefined
  const period = periodOf(question)
  const { kinds, as_of } = await reader.figures(workspaceId, { kinds: { period, most, ...(actor && { actor }) } })
  const scope = { workspaceId, asOf: as_of, period, ...(actor && { actor }) }
  const ask = <Row = PlainRow>(plain: PlainQuestion) => askPlainly<Row>(queries, plain)
  const [all] = await ask(plainTotals(scope))
  const verbs = await ask(plainCounts('verb', scope, most))
  const changed = await ask<{ verb: string; n: number }>({
    ...plainTotals(scope),
    text:
      plainTotals(scope).text.replace(
        /^select .* from/,
        `select verb, count(*) filter (where result = 'success') as n from`,
      ) + ' group by 1',
  })
  const changesBy = (verb: string): number => changed.find((row) => row.verb === verb)?.n ?? 0
  const counts = (of: readonly PlainRow[], key: string) =>
    of.map(({ name, total, failed }) => ({ [key]: name, total, failed }))
  expect(kinds).toEqual({
    total: all?.total,
    failed: all?.failed,
    changes: {
      total: all?.changes,
      created: changesBy('CREATE'),
      updated: changesBy('UPDATE'),
      deleted: changesBy('DELETE'),
    },
    results: Object.fromEntries((await ask(plainCounts('result', scope))).map(({ name, total }) => [name, total])),
    verbs: counts(verbs, 'verb'),
    actions: counts(await ask(plainCounts('action', scope, most)), 'action'),
    resource_types: (await ask(plainCounts('resource_type', scope, most))).map(({ name, total, failed, changes }) => ({
      ...{ resource_type: name, total, failed, changes },
    })),
  })
}

async function timesAgree(queries: Queries, reader: FigureReader, question: Question): Promise<void> {
  const { workspaceId, dayZone, hourZone } = question
  const actor = question.actor ?? undefined
  const period = periodOf(question)
  for (const [interval, zone] of [
    ['day', dayZone],
    ['hour', hourZone],
  ] as const) {
    if (interval === 'hour' && period.to - period.from > 60 * DAY_MS) continue
    const starts = bucketStarts(period, interval, offsetSpans(zone, period.from, period.to))
    const asked = { timeline: { period, starts, ...(actor && { actor }) } }
    const { timeline, as_of } = await reader.figures(workspaceId, asked)
    const scope = { workspaceId, asOf: as_of, period, ...(actor && { actor }) }
    const plain = await askPlainly<PlainRow>(queries, plainTimeline(interval, zone, scope))
    expect(timeline.map(([bucket, ...counts]) => [starts[bucket], ...counts])).toEqual(
      plain.map(({ name, total, failed, changes, logins }) => [
        Math.max(Number(name), period.from),
        total,
        failed,
        changes,
        logins,
      ]),
    )
  }
  const spans = offsetSpans(dayZone, period.from, period.to)
  const { hours, as_of } = await reader.figures(workspaceId, { hours: { period, spans } })
  const plain = await askPlainly<PlainRow>(queries, plainHours(dayZone, { workspaceId, asOf: as_of, period }))
  expect(hours).toEqual(plain.map(({ name, total }) => [name, total]))
}

async function peopleAgree(queries: Queries, reader: FigureReader, question: Question): Promise<void> {
  const { workspaceId, actorType, by, isLeast, byLogin, most, types, byOfResources } = question
  const period = periodOf(question)
  const days = roundedPeriod(period, DAY_MS)
  const found = await reader.figures(workspaceId, {
    users: { period, actorType, by: by as 'total', isLeast, most },
    inactive: { actorType, since: period.from, byLogin, most },
    resources: { period: days, by: byOfResources as 'total', most, ...(types && { types }) },
    ...(question.actor && { actor: question.actor }),
  })
  const scope = { workspaceId, asOf: found.as_of }
  const seen = await askPlainly<{ name: string } & Record<string, unknown>>(queries, plainSeen({ ...scope, actorType }))
  const seenOf = new Map(seen.map(({ name, ...times }) => [name, { actor_id: name, actor_type: actorType, ...times }]))
  const order = `${by} ${isLeast ? 'asc' : 'desc'}`
  const users = await askPlainly<PlainRow>(queries, plainUsers(order, { ...scope, period, actorType }, 1_000_000))
  expect(found.users).toEqual({
    active: users.length,
    logged_in: users.filter(({ logins }) => logins > 0).length,
    users: users.slice(0, most).map(({ name, ...counts }) => ({ ...seenOf.get(String(name)), ...counts })),
  })
  const lastOf = (one: Record<string, unknown>): number =>
    Number((byLogin ? one.last_login_at : one.last_at) ?? -Infinity)
  const bytes = (one: Record<string, unknown>): Buffer => Buffer.from(String(one.actor_id))
  const gone = [...seenOf.values()].filter((one) => lastOf(one) < period.from)
  gone.sort((one, other) =>
    lastOf(one) === lastOf(other) ? Buffer.compare(bytes(one), bytes(other)) : lastOf(one) - lastOf(other),
  )
  expect(found.inactive).toEqual({ inactive: gone.length, users: gone.slice(0, most) })
  const resources = await askPlainly<PlainRow>(
    queries,
    plainResources(byOfResources, { ...scope, period: days, ...(types && { types }) }, 1_000_000),
  )
  expect(found.resources).toEqual({
    active: resources.length,
    resources: resources
      .slice(0, most)
      .map(({ type, name, logins: _, ...counts }) => ({ resource_type: type, resource_id: name, ...counts })),
  })
  if (question.actor?.type !== actorType) return
  const [all] = await askPlainly<PlainRow>(queries, plainTotals({ ...scope, actor: question.actor }))
  const { actor_id: _id, actor_type: _type, ...times } = seenOf.get(question.actor.id) ?? { actor_id: '', actor_type: '', first_at: null, last_at: null, last_login_at: null, email: null } // prettier-ignore
  expect(found.actor).toEqual({ total: all?.total, ...times })
}
