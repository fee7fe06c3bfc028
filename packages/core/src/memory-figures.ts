import type { StoredEvent } from './model/event'
import { RESULTS } from './model/event'
import type { Period } from './model/period'
import type { Answers, FigureReader, Figures, FiguresAsked } from './store/read/figures'
import type { KindFigures, KindsAsked } from './store/read/kind-figures'
import type { ActiveResources, ResourcesAsked } from './store/read/resource-figures'
import type { ActorTerm } from './store/read/rollup-rows'
import type { HoursAsked, TimelineAsked } from './store/read/time-figures'
import type { ActiveUsers, InactiveAsked, InactiveUsers, Seen, UsersAsked } from './store/read/user-figures'

type Log = readonly StoredEvent[]

/** Counts a log in memory, with the answers of the real rollups. */
export function figuresOfMemory(log: Log): FigureReader {
  return {
    figures: async <Asked extends FiguresAsked>(workspaceId: string, asked: Asked) => {
      const events = log.filter((event) => event.workspace_id === workspaceId)
      const reach = { as_of: events.length, behind: 0 }
      return { ...reach, ...answersTo(events, asked) } as unknown as Figures<Asked>
    },
  }
}

function answersTo(events: Log, asked: FiguresAsked): Partial<Answers> {
  const { kinds, actor, timeline, hours, users, inactive, resources } = asked
  return {
    ...(kinds && { kinds: kindsOf(events, kinds) }),
    ...(actor && { actor: actorOf(events, actor) }),
    ...(timeline && { timeline: timelineOf(events, timeline) }),
    ...(hours && { hours: hoursOf(events, hours) }),
    ...(users && { users: usersOf(events, users) }),
    ...(inactive && { inactive: inactiveOf(events, inactive) }),
    ...(resources && { resources: resourcesOf(events, resources) }),
  }
}

const isFailed = ({ result }: StoredEvent): boolean => result !== 'success'
const isChange = ({ result, verb }: StoredEvent): boolean =>
  result === 'success' && ['CREATE', 'UPDATE', 'DELETE'].includes(verb)
const isLogin = ({ result, verb }: StoredEvent): boolean => result === 'success' && verb === 'LOGIN'
const within = (events: Log, { from, to }: Period): Log => events.filter(({ occurred_at: at }) => at >= from && at < to)
const ofActor = (events: Log, actor: ActorTerm | undefined): Log =>
  actor === undefined
    ? events
    : events.filter(({ actor_id: id, actor_type: type = '' }) => id === actor.id && type === (actor.type ?? type))
const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))

function grouped(events: Log, keyOf: (event: StoredEvent) => string | undefined): Map<string, StoredEvent[]> {
  const groups = new Map<string, StoredEvent[]>()
  for (const event of events) {
    const key = keyOf(event)
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), event])
  }
  return groups
}

const countsOf = (events: Log) => ({ total: events.length, failed: events.filter(isFailed).length })

function kindsOf(all: Log, { period, actor, most }: KindsAsked): KindFigures {
  const events = within(ofActor(all, actor), period)
  const changes = (verb?: string) =>
    events.filter((event) => isChange(event) && event.verb === (verb ?? event.verb)).length
  const largest = <Entry>(keyOf: (event: StoredEvent) => string | undefined, show: (key: string, of: Log) => Entry) =>
    [...grouped(events, (event) => keyOf(event) || undefined)]
      .sort(([one, its], [other, others]) => others.length - its.length || byBytes(one, other))
      .slice(0, most)
      .map(([key, of]) => ({ ...countsOf(of), ...show(key, of) }))
  const results = RESULTS.map((result) => [result, events.filter((event) => event.result === result).length] as const)
  return {
    ...countsOf(events),
    changes: { total: changes(), created: changes('CREATE'), updated: changes('UPDATE'), deleted: changes('DELETE') },
    results: Object.fromEntries(results.filter(([, count]) => count > 0)),
    verbs: largest(
      ({ verb }) => verb,
      (verb) => ({ verb }),
    ),
    actions: largest(
      ({ action }) => action,
      (action) => ({ action }),
    ),
    resource_types: largest(
      ({ resource_type: type }) => type,
      (resource_type, of) => ({
        resource_type,
        changes: of.filter(isChange).length,
      }),
    ),
  }
}

function seenOf(events: Log) {
  const logins = events.filter(isLogin).map(({ occurred_at: at }) => at)
  const times = events.map(({ occurred_at: at }) => at)
  return {
    email: events.findLast((event) => event.actor_email !== undefined)?.actor_email ?? null,
    first_at: Math.min(...times),
    last_at: Math.max(...times),
    last_login_at: logins.length > 0 ? Math.max(...logins) : null,
  }
}

function actorOf(all: Log, actor: ActorTerm): Answers['actor'] {
  const events = ofActor(all, actor)
  const nothing = { email: null, first_at: null, last_at: null, last_login_at: null }
  return { total: events.length, ...(events.length > 0 ? seenOf(events) : nothing) }
}

function timelineOf(all: Log, { period, actor, starts }: TimelineAsked): Answers['timeline'] {
  const buckets = grouped(within(ofActor(all, actor), period), ({ occurred_at: at }) =>
    String(starts.findLastIndex((start) => start <= at)),
  )
  return [...buckets]
    .map(
      ([bucket, of]) =>
        [
          Number(bucket),
          of.length,
          of.filter(isFailed).length,
          of.filter(isChange).length,
          of.filter(isLogin).length,
        ] as const,
    )
    .sort(([one], [other]) => one - other)
}

const HOUR_MS = 3_600_000

function hoursOf(all: Log, { period, spans }: HoursAsked): Answers['hours'] {
  const hours = grouped(within(all, period), ({ occurred_at: at }) => {
    const { offsetMs } = spans.findLast(({ from }) => from <= at) ?? { offsetMs: 0 }
    return String((((Math.floor((at + offsetMs) / HOUR_MS) + 72) % 168) + 168) % 168)
  })
  return [...hours].map(([hour, of]) => [Number(hour), of.length] as const).sort(([one], [other]) => one - other)
}

function everybody(events: Log, actorType: string): { readonly seen: Seen; readonly events: Log }[] {
  const ours = events.filter(({ actor_type: type = '' }) => type === actorType)
  return [...grouped(ours, ({ actor_id: id }) => id)].map(([id, of]) => ({
    seen: { actor_id: id, actor_type: actorType, ...seenOf(of) },
    events: of,
  }))
}

function usersOf(all: Log, { period, actorType, by, isLeast, most }: UsersAsked): ActiveUsers {
  const users = everybody(all, actorType)
    .map(({ seen, events }) => ({ seen, events: within(events, period) }))
    .filter(({ events }) => events.length > 0)
    .map(({ seen, events }) => ({
      ...seen,
      ...countsOf(events),
      changes: events.filter(isChange).length,
      logins: events.filter(isLogin).length,
    }))
    .sort(
      (one, other) => (isLeast ? one[by] - other[by] : other[by] - one[by]) || byBytes(one.actor_id, other.actor_id),
    )
  return {
    active: users.length,
    logged_in: users.filter(({ logins }) => logins > 0).length,
    users: users.slice(0, most),
  }
}

function inactiveOf(all: Log, { actorType, since, byLogin, most }: InactiveAsked): InactiveUsers {
  const lastOf = ({ last_at, last_login_at }: Seen): number => (byLogin ? (last_login_at ?? -Infinity) : last_at)
  const users = everybody(all, actorType)
    .map(({ seen }) => seen)
    .filter((seen) => lastOf(seen) < since)
    .sort((one, other) => {
      const [mine, its] = [lastOf(one), lastOf(other)]
      return mine === its ? byBytes(one.actor_id, other.actor_id) : mine - its
    })
  return { inactive: users.length, users: users.slice(0, most) }
}

function resourcesOf(all: Log, { period, types, by, most }: ResourcesAsked): ActiveResources {
  const events = within(all, period).filter(({ resource_type: type = '' }) => types?.includes(type) ?? true)
  const resources = [
    ...grouped(events, ({ resource_type: type = '', resource_id: id }) =>
      id === undefined ? undefined : JSON.stringify([type, id]),
    ),
  ]
    .map(([key, of]) => {
      const [resource_type, resource_id] = JSON.parse(key) as [string, string]
      return { resource_type, resource_id, ...countsOf(of), changes: of.filter(isChange).length }
    })
    .sort(
      (one, other) =>
        other[by] - one[by] ||
        byBytes(one.resource_type, other.resource_type) ||
        byBytes(one.resource_id, other.resource_id),
    )
  return { active: resources.length, resources: resources.slice(0, most) }
}
