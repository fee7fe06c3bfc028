import { createRandom } from '../runner/random'

/** Ways to go on later that keep the async scope. */
export const OWN_HOPS = [
  'promise',
  'thenable',
  'microtask',
  'tick',
  'immediate',
  'timer',
  'file',
  'bytes',
  'stream',
] as const
/** Ways whose callbacks run in whatever scope woke them: there only the explicit form is safe. */
export const FOREIGN_HOPS = ['pool', 'emitter'] as const
/** One step of a handler. */
export type Hop = (typeof OWN_HOPS)[number] | (typeof FOREIGN_HOPS)[number]

/** One request of the run: all that its event must say, made from the seed and its number alone. */
export interface Plan {
  readonly id: string
  readonly method: 'GET' | 'POST'
  readonly actor: string
  readonly workspace: string
  /** Unique in the run. */
  readonly address: string
  readonly traceId: string
  readonly hops: readonly Hop[]
  /** The handler also records an event of its own. */
  readonly records: boolean
}

const ACTORS_PER_WORKSPACE = 10

/** The request of that number, the same in every process. @param actors how many actors there are */
export function planOf(seed: number, number: number, actors: number): Plan {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ number)
  const actor = random.between(1, actors)
  return {
    id: `r-${seed}-${number}`,
    method: random.next() < 0.4 ? 'POST' : 'GET',
    actor: `user-${actor}`,
    workspace: `ws-${Math.ceil(actor / ACTORS_PER_WORKSPACE)}`,
    address: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
    traceId: (number + 1).toString(16).padStart(32, '0'),
    hops: Array.from({ length: random.between(1, 5) }, () =>
      random.pick<Hop>(random.next() < 0.25 ? FOREIGN_HOPS : OWN_HOPS),
    ),
    records: random.next() < 0.05,
  }
}
