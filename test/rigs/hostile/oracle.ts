/** What became of one call, as its caller knows it. */
export interface Told {
  /** The id that `record` answered, or the request's own. */
  readonly id: string
  /** What it was, for the report. */
  readonly name: string
  readonly fate: 'accepted' | 'refused' | 'threw'
  readonly mayBeRefused: boolean
}

/** What the database holds of one event. */
export interface Held {
  /** The event's id, or the id of the request that it tells of. */
  readonly id: string
  /** Of a plain event: its content as JSON. */
  readonly content?: string
  /** What is wrong with it as such, as {@link uncleanIn} says. */
  readonly trouble: string | undefined
}

/** All that {@link judge} looks at. */
export interface Evidence {
  readonly told: readonly Told[]
  /** Plain events among the hostile ones: what their content must be, by id. */
  readonly plain: ReadonlyMap<string, string>
  readonly held: readonly Held[]
  readonly quarantined: ReadonlySet<string>
}

/** Examples of each kind of violation; all empty when the bar is met. */
export type Violations = Readonly<
  Record<'lost' | 'duplicated' | 'thrown' | 'refused' | 'harmed' | 'unclean' | 'foreign', readonly string[]>
>

/**
 * Compares what the callers were told with what is held: what was accepted is there once, or in quarantine; nothing was
 * thrown at the host; only what may be refused was; plain events are unchanged; nothing that is held is hostile. Pure.
 */
export function judge({ told, plain, held, quarantined }: Evidence): Violations {
  const found: Record<keyof Violations, string[]> = {
    ...{ lost: [], duplicated: [], thrown: [], refused: [], harmed: [], unclean: [], foreign: [] },
  }
  const open = new Map(told.filter(({ fate }) => fate === 'accepted').map((one) => [one.id, one.name]))
  const known = new Map(told.map(({ id, name }) => [id, name]))
  const seen = new Set<string>()
  for (const { id, content, trouble } of held) {
    const name = known.get(id)
    if (name === undefined) found.foreign.push(id)
    else if (seen.has(id)) found.duplicated.push(name)
    seen.add(id)
    open.delete(id)
    const wanted = plain.get(id)
    if (wanted !== undefined && content !== wanted) found.harmed.push(content ?? name ?? id)
    if (trouble !== undefined) found.unclean.push(`${name ?? id}: ${trouble}`)
  }
  for (const [id, name] of open) if (!quarantined.has(id) || plain.has(id)) found.lost.push(name)
  for (const { fate, name, mayBeRefused } of told) {
    if (fate === 'threw') found.thrown.push(name)
    if (fate === 'refused' && !mayBeRefused) found.refused.push(name)
  }
  return found
}

const DEPTH_AT_MOST = 16
const TEXT_BYTES_AT_MOST = 4_200
const BYTES_AT_MOST = 150_000

/** Why a value must not be in a log: too deep, too long, not well-formed, or a name that harms who reads it. */
export function uncleanIn(value: unknown, depth = 0): string | undefined {
  if (depth > DEPTH_AT_MOST) return 'too deep'
  if (typeof value === 'string') return uncleanText(value)
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === 0 && Buffer.byteLength(JSON.stringify(value)) > BYTES_AT_MOST) return 'too large'
  for (const [name, member] of Object.entries(value)) {
    const trouble = name === '__proto__' ? 'a member __proto__' : (uncleanText(name) ?? uncleanIn(member, depth + 1))
    if (trouble !== undefined) return trouble
  }
  return undefined
}

function uncleanText(text: string): string | undefined {
  if (text.includes('\0')) return 'a NUL character'
  if (/\p{Surrogate}/u.test(text)) return 'a lone surrogate'
  return Buffer.byteLength(text) > TEXT_BYTES_AT_MOST ? 'a text that is too long' : undefined
}
