import type { Annotation, EventInput } from '@actrail/core'
import type { Random } from '../runner/random'
import { HOSTILE_VALUES, type HostileValue } from './values'

/** An event of the run, or what a handler annotates. */
export interface Attack<What> {
  readonly what: What
  /** Which value stands where, for the report. */
  readonly name: string
  /** The action, the id or the time is hostile: the event may be refused with `ERR_EVENT_INVALID`. */
  readonly mayBeRefused: boolean
}

const WHOLE = ['details', 'changes', 'context', 'actor', 'resource', 'onBehalfOf'] as const
const TEXTS = ['workspace', 'project', 'issue', 'verb', 'result', 'source', 'reason'] as const
const FACTS = ['ip', 'userAgent', 'requestId', 'traceId', 'statusCode', 'durationUs', 'intentId'] as const
const NEEDED = ['action', 'id', 'occurredAt'] as const
const PARTS = [
  'actor.id',
  'actor.type',
  'actor.email',
  'actor.name',
  'resource.id',
  'resource.type',
  'resource.name',
  'onBehalfOf.id',
  'details.value',
  'details.list',
  'changes.field',
  'context.value',
] as const

const IN_EVENTS = [...WHOLE, ...TEXTS, ...FACTS, ...NEEDED, ...PARTS, '', 'get'] as const
const IN_ANNOTATIONS = [...WHOLE, ...TEXTS, ...PARTS, 'action', '', 'get'] as const

/** A hostile event for `trail.record`: one of the values in one of the places, or in place of the event itself. */
export function hostileEvent(random: Random): Attack<EventInput> {
  return attack<EventInput>(random, IN_EVENTS, { action: 'hostile.record' })
}

/** The same for `annotate`, where nothing may be refused: the request has happened. */
export function hostileAnnotation(random: Random): Attack<Annotation> {
  return { ...attack<Annotation>(random, IN_ANNOTATIONS, { action: 'hostile.request' }), mayBeRefused: false }
}

function attack<What extends object>(random: Random, places: readonly string[], base: What): Attack<What> {
  const place = random.pick(places)
  const value = random.pick(HOSTILE_VALUES)
  const name = `${value.name} as ${place === '' ? 'the whole' : place === 'get' ? 'a getter' : place}`
  return { what: laidInto(base, place, value, random) as What, name, mayBeRefused: mayRefuse(place) }
}

function mayRefuse(place: string): boolean {
  return place === '' || (NEEDED as readonly string[]).includes(place)
}

function laidInto(base: object, place: string, hostile: HostileValue, random: Random): unknown {
  const value = hostile.make(random)
  if (place === '') return value
  // Code of the host's that runs while the event is read: the second time it answers something else.
  if (place === 'get') return flickering(base, value)
  const [member = '', part] = place.split('.')
  if (part === undefined) return { ...base, [member]: value }
  if (part === 'list') return { ...base, [member]: { before: 1, list: [1, value, 2], after: 2 } }
  return { ...base, [member]: { type: 'user', id: '1', [part]: value } }
}

function flickering(base: object, value: unknown): object {
  let asked = 0
  return Object.defineProperty({ ...base }, 'details', {
    enumerable: true,
    get() {
      if (asked++ % 2 === 1) throw new Error('hostile')
      return { value }
    },
  })
}
