import { errorFrame, frame, queryFrame, readyFrame, type TransactionStatus, type WireError } from './frames'
import { CANCELLED, idleTooLong, waitedTooLong } from './refusals'
import type { Unit } from './session'

/**
 * Who may use the one backend. A connection owns it from the first unit of a transaction until ReadyForQuery says
 * idle; the units of the others wait, oldest first. Nobody waits for ever: see {@link TurnSettings.idleTransactionMs}.
 */
export interface Turns {
  add(connection: Connection, unit: Unit): void
  /** Fails what the connection has waiting; what runs cannot be interrupted. */
  cancel(connection: Connection): void
  /** Ends the connection after the units that it has waiting; rolls back its transaction. */
  leave(connection: Connection): void
  /** Resolves when `work` has run between two transactions. */
  between(work: () => Promise<void>): Promise<void>
}

/** A connection, as its turns see it. */
export interface Connection {
  /** Takes an answer to the client. */
  send(bytes: Buffer): void
  /** The connection has left: nothing more will be sent. */
  ended(): void
  /** Messages that leave nothing of it in the backend. */
  farewell(): Buffer[]
}

/** What runs units. */
export interface Backend {
  /** @returns the status of the last ReadyForQuery, undefined when there was none. Rejects when the backend is lost. */
  run(bytes: Buffer, send: (bytes: Buffer) => void): Promise<TransactionStatus | undefined>
}

/** Limits, in ms. */
export interface TurnSettings {
  /**
   * A unit fails when it has waited so long for a transaction that did nothing meanwhile; a transaction that did
   * nothing for three times as long, with others waiting, is rolled back and its connection ended.
   */
  readonly idleTransactionMs: number
  /** The backend is lost: no turn will come any more. */
  readonly onLost: (error: unknown) => void
}

const OWNER_PATIENCE = 3

const nowhere = (): void => undefined
const ROLLBACK = queryFrame('rollback')
const DISCARD = queryFrame('discard all')
const SYNC = frame('S')

interface Member {
  readonly connection: Connection
  waiting: { unit: Unit; since: number }[]
  leaving: boolean
  /** After a failed Flush unit, everything up to the next Sync is dropped, as a backend does. */
  skipping: boolean
}

/** Turns on `backend`. */
export function createTurns(backend: Backend, settings: TurnSettings): Turns {
  return new TurnKeeper(backend, settings)
}

class TurnKeeper implements Turns {
  readonly #members = new Map<Connection, Member>()
  readonly #tasks: (() => Promise<void>)[] = []
  #owner: Member | undefined
  #idleSince = 0
  #running = false
  #woken = false
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly backend: Backend,
    private readonly settings: TurnSettings,
  ) {}

  add(connection: Connection, unit: Unit): void {
    const member = this.#memberOf(connection)
    if (member.leaving) return
    member.waiting.push({ unit, since: Date.now() })
    this.#wake()
  }

  cancel(connection: Connection): void {
    const member = this.#members.get(connection)
    while (member && member !== this.#owner && member.waiting.length > 0) refuse(member, CANCELLED)
  }

  leave(connection: Connection): void {
    this.#memberOf(connection).leaving = true
    this.#wake()
  }

  between(task: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tasks.push(() => task().then(resolve, reject))
      this.#wake()
    })
  }

  #memberOf(connection: Connection): Member {
    const known = this.#members.get(connection)
    if (known) return known
    const member: Member = { connection, waiting: [], leaving: false, skipping: false }
    this.#members.set(connection, member)
    return member
  }

  #wake(): void {
    this.#woken = true
    if (this.#running) return
    this.#running = true
    this.#woken = false
    this.#work()
      .catch(this.settings.onLost)
      .finally(() => {
        this.#running = false
        if (this.#woken)
          this.#wake() // something came after the last look
        else this.#watch()
      })
  }

  async #work(): Promise<void> {
    for (let step = this.#next(); step; step = this.#next()) {
      await step()
      // Messages that came meanwhile are heard before the next turn: a cancellation, or an older unit.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #next(): (() => Promise<void>) | undefined {
    const owner = this.#owner
    if (owner) {
      if (owner.waiting.length > 0) return () => this.#turn(owner)
      return owner.leaving ? () => this.#part(owner) : undefined
    }
    const task = this.#tasks.shift()
    if (task) return task
    const first = this.#oldest()
    if (first) return () => this.#turn(first)
    const gone = [...this.#members.values()].find((member) => member.leaving)
    return gone && (() => this.#part(gone))
  }

  #oldest(): Member | undefined {
    let found: Member | undefined
    for (const member of this.#members.values()) if (waitsSince(member) < waitsSince(found)) found = member
    return found
  }

  async #turn(member: Member): Promise<void> {
    const unit = member.waiting.shift()?.unit
    if (!unit || skip(member, unit)) return
    this.#owner = member
    const status = await this.backend.run(unit.bytes, member.connection.send)
    if (unit.endsWithReady && status === undefined) throw new Error('the backend did not finish its answer')
    if (status === 'I') this.#owner = undefined
    this.#idleSince = Date.now()
  }

  async #part(member: Member): Promise<void> {
    if (this.#owner === member) {
      await this.backend.run(ROLLBACK, nowhere)
      this.#owner = undefined
    }
    const farewell = member.connection.farewell()
    if (farewell.length > 0) await this.backend.run(Buffer.concat([...farewell, SYNC]), nowhere)
    this.#members.delete(member.connection)
    if (this.#members.size === 0) await this.backend.run(DISCARD, nowhere)
    member.connection.ended()
  }

  /** Ends waits that have become too long, and comes back when the next one will be. */
  #watch(): void {
    clearTimeout(this.#timer)
    const owner = this.#owner
    const others = [...this.#members.values()].filter((member) => member !== owner && member.waiting.length > 0)
    if (!owner || this.#running || others.length === 0) return
    const { idleTransactionMs } = this.settings
    const last = this.#idleSince + OWNER_PATIENCE * idleTransactionMs
    if (last <= Date.now()) return this.#evict(owner)
    for (const member of others) {
      while (this.#deadlineOf(member) <= Date.now()) refuse(member, waitedTooLong(idleTransactionMs))
    }
    const next = Math.min(last, ...others.map((member) => this.#deadlineOf(member)))
    this.#timer = setTimeout(() => this.#watch(), Math.max(1, next - Date.now()))
  }

  #deadlineOf(member: Member): number {
    return Math.max(this.#idleSince, waitsSince(member)) + this.settings.idleTransactionMs
  }

  #evict(owner: Member): void {
    owner.connection.send(errorFrame(idleTooLong(OWNER_PATIENCE * this.settings.idleTransactionMs)))
    owner.leaving = true
    this.#wake()
  }
}

function waitsSince(member: Member | undefined): number {
  return member?.waiting[0]?.since ?? Infinity
}

function skip(member: Member, unit: Unit): boolean {
  if (!member.skipping) return false
  if (unit.endsWithReady) {
    member.skipping = false
    member.connection.send(readyFrame('I'))
  }
  return true
}

function refuse(member: Member, error: WireError): void {
  const unit = member.waiting.shift()?.unit
  if (!unit || skip(member, unit)) return
  member.connection.send(errorFrame(error))
  if (unit.endsWithReady) member.connection.send(readyFrame('I'))
  else member.skipping = true
}
