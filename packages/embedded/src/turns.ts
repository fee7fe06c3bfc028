import { errorFrame, frame, queryFrame, readyFrame, type TransactionStatus, type WireError } from './frames'
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

interface Member {
  readonly connection: Connection
  waiting: { unit: Unit; since: number }[]
  leaving: boolean
  /** After a failed Flush unit, everything up to the next Sync is dropped, as a backend does. */
  skipping: boolean
}

const OWNER_PATIENCE = 3

/** Turns on `backend`. */
export function createTurns(backend: Backend, settings: TurnSettings): Turns {
  const members = new Map<Connection, Member>()
  const tasks: (() => Promise<void>)[] = []
  let owner: Member | undefined
  let idleSince = 0
  let running = false
  let woken = false
  let timer: NodeJS.Timeout | undefined

  function memberOf(connection: Connection): Member {
    let member = members.get(connection)
    if (!member) members.set(connection, (member = { connection, waiting: [], leaving: false, skipping: false }))
    return member
  }

  function wake(): void {
    woken = true
    if (running) return
    running = true
    woken = false
    work()
      .catch(settings.onLost)
      .finally(() => {
        running = false
        if (woken) wake() // something came after the last look
        else watch()
      })
  }

  async function work(): Promise<void> {
    for (let step = next(); step; step = next()) {
      await step()
      // Messages that came meanwhile are heard before the next turn: a cancellation, or an older unit.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  function next(): (() => Promise<void>) | undefined {
    if (owner) {
      const current = owner
      if (current.waiting.length > 0) return () => turn(current)
      return current.leaving ? () => part(current) : undefined
    }
    const task = tasks.shift()
    if (task) return task
    const first = oldest()
    if (first) return () => turn(first)
    const gone = [...members.values()].find((member) => member.leaving)
    return gone && (() => part(gone))
  }

  function oldest(): Member | undefined {
    let found: Member | undefined
    for (const member of members.values()) {
      const since = member.waiting[0]?.since
      if (since !== undefined && since < (found?.waiting[0]?.since ?? Infinity)) found = member
    }
    return found
  }

  async function turn(member: Member): Promise<void> {
    const unit = member.waiting.shift()?.unit
    if (!unit || skip(member, unit)) return
    owner = member
    const status = await backend.run(unit.bytes, member.connection.send)
    if (unit.endsWithReady && status === undefined) throw new Error('the backend did not finish its answer')
    if (status === 'I') owner = undefined
    idleSince = Date.now()
  }

  function skip(member: Member, unit: Unit): boolean {
    if (!member.skipping) return false
    if (unit.endsWithReady) {
      member.skipping = false
      member.connection.send(readyFrame('I'))
    }
    return true
  }

  async function part(member: Member): Promise<void> {
    if (owner === member) {
      await backend.run(ROLLBACK, nowhere)
      owner = undefined
    }
    const farewell = member.connection.farewell()
    if (farewell.length > 0) await backend.run(Buffer.concat([...farewell, SYNC]), nowhere)
    members.delete(member.connection)
    if (members.size === 0) await backend.run(DISCARD, nowhere)
    member.connection.ended()
  }

  function refuse(member: Member, error: WireError): void {
    const unit = member.waiting.shift()?.unit
    if (!unit || skip(member, unit)) return
    member.connection.send(errorFrame(error))
    if (unit.endsWithReady) member.connection.send(readyFrame('I'))
    else member.skipping = true
  }

  /** Ends waits that have become too long, and comes back when the next one will be. */
  function watch(): void {
    clearTimeout(timer)
    const others = [...members.values()].filter((member) => member !== owner && member.waiting.length > 0)
    if (!owner || running || others.length === 0) return
    const last = idleSince + OWNER_PATIENCE * settings.idleTransactionMs
    if (last <= Date.now()) return evict(owner)
    for (const member of others) {
      while (deadlineOf(member) <= Date.now()) refuse(member, waitedTooLong(settings.idleTransactionMs))
    }
    const next = Math.min(last, ...others.map(deadlineOf))
    timer = setTimeout(watch, Math.max(1, next - Date.now()))
  }

  function deadlineOf({ waiting }: Member): number {
    return Math.max(idleSince, waiting[0]?.since ?? Infinity) + settings.idleTransactionMs
  }

  function evict(member: Member): void {
    member.connection.send(errorFrame(idleTooLong(OWNER_PATIENCE * settings.idleTransactionMs)))
    member.leaving = true
    wake()
  }

  return {
    add(connection, unit) {
      const member = memberOf(connection)
      if (member.leaving) return
      member.waiting.push({ unit, since: Date.now() })
      wake()
    },
    cancel(connection) {
      const member = members.get(connection)
      while (member && member !== owner && member.waiting.length > 0) refuse(member, CANCELLED)
    },
    leave(connection) {
      memberOf(connection).leaving = true
      wake()
    },
    between(task) {
      return new Promise((resolve, reject) => {
        tasks.push(() => task().then(resolve, reject))
        wake()
      })
    },
  }
}

const nowhere = (): void => undefined
const ROLLBACK = queryFrame('rollback')
const DISCARD = queryFrame('discard all')
const SYNC = frame('S')

const CANCELLED: WireError = {
  severity: 'ERROR',
  code: '57014',
  message: 'canceling statement due to user request',
  hint: 'The statement was still waiting for its turn in the embedded store.',
}

const waitedTooLong = (ms: number): WireError => ({
  severity: 'ERROR',
  code: '55P03',
  message: `the embedded store runs one transaction at a time, and another connection's did nothing for ${ms} ms`,
  hint: 'Run this statement on the connection that holds the transaction, or end the transaction first; or use the option "database" with a PostgreSQL server.',
})

const idleTooLong = (ms: number): WireError => ({
  severity: 'FATAL',
  code: '25P03',
  message: `terminating connection: its transaction did nothing for ${ms} ms while others waited for the embedded store`,
  hint: 'Commit or roll back every transaction, also when its work fails.',
})
