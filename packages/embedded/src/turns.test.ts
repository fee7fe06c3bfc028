import type { TransactionStatus } from './frames'
import { type Backend, type Connection, createTurns, type Turns } from './turns'
import type { Unit } from './session'

const IDLE_MS = 40

interface Scene {
  turns: Turns
  ran: string[]
  lost: unknown[]
  connection(): Connection & { received: string[]; gone: boolean }
}

/** A backend that notes what it ran and says what the unit's text asks for. */
function scene(): Scene {
  const ran: string[] = []
  const lost: unknown[] = []
  const backend: Backend = {
    async run(bytes) {
      const text = bytes.toString('latin1')
      ran.push(/^Q/.test(text) ? text.slice(5, -1) : text)
      const status: Record<string, TransactionStatus | undefined> = { begin: 'T', fail: 'E', silent: undefined }
      return text in status ? status[text] : 'I'
    },
  }
  const turns = createTurns(backend, { idleTransactionMs: IDLE_MS, onLost: (error) => lost.push(error) })
  const connection = (): Connection & { received: string[]; gone: boolean } => {
    const one = {
      received: [] as string[],
      gone: false,
      send: (bytes: Buffer) => void one.received.push(bytes.toString('latin1')),
      ended: () => void (one.gone = true),
      farewell: () => [],
    }
    return one
  }
  return { turns, ran, lost, connection }
}

const unit = (text: string, endsWithReady = true): Unit => ({ kind: 'work', bytes: Buffer.from(text), endsWithReady })

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it did not happen within 5 s')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

describe('turns', () => {
  it('let a transaction finish before anybody else comes in', async () => {
    const { turns, ran, connection } = scene()
    const [a, b] = [connection(), connection()]
    turns.add(a, unit('begin'))
    turns.add(b, unit('b1'))
    await until(() => ran.length === 1)
    turns.add(a, unit('a2'))
    await until(() => ran.length === 3)
    expect(ran).toEqual(['begin', 'a2', 'b1'])
  })

  it('keep a transaction that failed closed to others, too', async () => {
    const { turns, ran, connection } = scene()
    const [a, b] = [connection(), connection()]
    turns.add(a, unit('fail'))
    turns.add(b, unit('b1'))
    await until(() => ran.length === 1)
    turns.add(a, unit('rollback'))
    await until(() => ran.length === 3)
    expect(ran).toEqual(['fail', 'rollback', 'b1'])
  })

  it('end the wait for a transaction that does nothing with an error, and later end the transaction', async () => {
    const { turns, ran, connection } = scene()
    const [a, b] = [connection(), connection()]
    turns.add(a, unit('begin'))
    turns.add(b, unit('b1'))
    await until(() => b.received.length === 2)
    expect(b.received[0]).toMatch(/C55P03.*one transaction at a time/)
    expect(b.received[1]).toMatch(/^Z/)
    await until(() => {
      turns.add(b, unit('again'))
      return a.gone
    })
    expect(a.received[0]).toMatch(/C25P03/)
    expect(ran).toContain('rollback')
    turns.add(b, unit('b4'))
    await until(() => ran.includes('b4'))
    expect(ran).not.toContain('b1')
  })

  it('drop what follows a refused Flush until the next Sync', async () => {
    const { turns, ran, connection } = scene()
    const [a, b] = [connection(), connection()]
    turns.add(a, unit('begin'))
    turns.add(b, unit('parse', false))
    await until(() => b.received.length === 1)
    turns.add(b, unit('execute', false))
    turns.add(b, unit('sync'))
    turns.leave(a)
    await until(() => b.received.length === 2 && ran.length === 2)
    expect(b.received[1]).toMatch(/^Z/)
    expect(ran).toEqual(['begin', 'rollback'])
  })

  it('roll back when the owner leaves, and clean up after the last one', async () => {
    const { turns, ran, connection } = scene()
    const a = connection()
    turns.add(a, unit('begin'))
    turns.leave(a)
    await until(() => a.gone)
    expect(ran).toEqual(['begin', 'rollback', 'discard all'])
  })

  it('cancel what waits', async () => {
    const { turns, ran, connection } = scene()
    const [a, b] = [connection(), connection()]
    turns.add(a, unit('begin'))
    turns.add(b, unit('b1'))
    await until(() => ran.length === 1)
    turns.cancel(b)
    expect(b.received[0]).toMatch(/C57014/)
    turns.add(a, unit('a2'))
    await until(() => ran.length === 2)
    expect(ran).toEqual(['begin', 'a2'])
  })

  it('give work of the store its turn between transactions', async () => {
    const { turns, ran, connection } = scene()
    const a = connection()
    turns.add(a, unit('begin'))
    const done = turns.between(async () => void ran.push('chore'))
    await until(() => ran.length === 1)
    turns.add(a, unit('commit'))
    await done
    expect(ran).toEqual(['begin', 'commit', 'chore'])
  })

  it('report a backend that does not finish its answer', async () => {
    const { turns, lost, connection } = scene()
    turns.add(connection(), unit('silent'))
    await until(() => lost.length === 1)
    expect(lost[0]).toBeInstanceOf(Error)
  })
})
