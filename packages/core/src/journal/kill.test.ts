import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ADOPT, createScratch, drain, idOf, type Scratch, until } from '../../../../test/journal/scratch'

const CHILD = join(__dirname, '../../../../test/journal/writer-child.ts')

/** What a killed child said before it died. */
interface Told {
  readonly begun: Set<string>
  readonly ended: Set<string>
  readonly sent: string[]
}

async function killAfter(lines: number, args: string[]): Promise<Told> {
  const child: ChildProcess = spawn(process.execPath, ['--require', 'tsx/cjs', CHILD, ...args])
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (output.split('\n').length > lines) child.kill('SIGKILL')
  })
  let problem = ''
  child.stderr?.on('data', (chunk: Buffer) => (problem += chunk.toString()))
  await once(child, 'close')
  expect(problem).toBe('')
  expect(child.signalCode).toBe('SIGKILL')
  const ids = (letter: string): string[] =>
    output.split('\n').flatMap((line) => (line.startsWith(letter) ? [idOf(Number(line.slice(1)))] : []))
  return { begun: new Set(ids('b')), ended: new Set(ids('e')), sent: ids('s') }
}

describe('a journal whose process is killed', () => {
  let scratch: Scratch
  beforeEach(() => (scratch = createScratch()))
  afterEach(() => scratch.remove())

  it('has one event for each request that began, and the true one for each that ended', async () => {
    const told = await Promise.all(
      [0, 1].map((n) => killAfter(200 + n * 333, [scratch.directory, String(n * 100_000)])),
    )
    const journal = scratch.open(ADOPT)
    await until(() => journal.status().adopting === 2)
    const events = await drain(journal.reader)
    const ids = events.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { begun, ended } of told) {
      expect([...ended].filter((id) => !ids.includes(id))).toEqual([])
      const reported = (id: string): number => Number(ids.includes(id)) + Number(ids.includes(`unknown-${id}`))
      expect([...begun].filter((id) => reported(id) !== 1)).toEqual([])
    }
    expect(journal.status()).toMatchObject({ damagedRecords: 0, missingSegments: 0, adopted: 2, adopting: 0 })
    expect(readdirSync(scratch.directory)).toEqual([journal.status().producer])
  })

  it('loses nothing between what was sent before and what is sent after', async () => {
    const { begun, ended, sent } = await killAfter(900, [scratch.directory, '0', 'send'])
    const journal = scratch.open(ADOPT)
    await until(() => journal.status().adopting === 1)
    const after = (await drain(journal.reader)).filter(({ lost }) => !lost).map(({ id }) => id)
    const all = new Set([...sent, ...after])
    expect(sent.length).toBeGreaterThan(0)
    expect([...ended].filter((id) => !all.has(id))).toEqual([])
    expect([...all].filter((id) => !begun.has(id)).length).toBeLessThanOrEqual(1)
  })

  it('is adopted by one of many that look at the same time', async () => {
    const { ended } = await killAfter(300, [scratch.directory, '0'])
    const journals = Array.from({ length: 4 }, () => scratch.open({ adoptMs: 20 }))
    await until(() => journals.some((journal) => journal.status().adopted > 0))
    const events = (await Promise.all(journals.map(({ reader }) => drain(reader)))).flat()
    const ids = events.filter(({ lost }) => !lost).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...ended].filter((id) => !ids.includes(id))).toEqual([])
    expect(journals.reduce((sum, journal) => sum + journal.status().adopted, 0)).toBe(1)
  })

  it('is left alone while it lives, and when its host is another', async () => {
    const journal = scratch.open()
    const foreign = join(scratch.directory, 'another-host_00000000_000000000001')
    mkdirSync(foreign, { recursive: true, mode: 0o700 })
    writeFileSync(join(foreign, '1700000000000-00000001.wal'), '')
    const other = scratch.open({ adoptMs: 5 })
    let asked = 0
    await until(() => asked++ > 20)
    expect([journal.status().adopted, other.status().adopted]).toEqual([0, 0])
    expect(readdirSync(foreign)).toHaveLength(1)
  })

  it('is adopted by the next when its adopter gives up half way', async () => {
    const { ended } = await killAfter(600, [scratch.directory, '0'])
    const first = scratch.open(ADOPT)
    await until(() => first.status().adopting === 1)
    const batch = await first.reader.read({ events: 50, bytes: 1_000_000 })
    if (batch) await first.reader.commit(batch)
    await first.close()
    const second = scratch.open(ADOPT)
    await until(() => second.status().adopting === 1)
    const rest = (await drain(second.reader)).map(({ id }) => id)
    const ids = new Set([...rest, ...Array.from({ length: batch?.events ?? 0 }, (_, n) => idOf(n))])
    expect([...ended].filter((id) => !ids.has(id))).toEqual([])
    expect(scratch.segments()).toEqual([])
  })

  it('has written what waited when the process ends by itself, in the turn of the outcome', async () => {
    const child = join(__dirname, '../../../../test/journal/exit-child.ts')
    const ends = ['exit', 'throw', 'drain']
    for (const [n, end] of ends.entries()) {
      const { status } = spawnSync(process.execPath, ['--require', 'tsx/cjs', child, scratch.directory, String(n), end])
      expect(status).toBe(end === 'throw' ? 1 : 0)
    }
    const journal = scratch.open(ADOPT)
    await until(() => journal.status().adopting === 3)
    expect((await drain(journal.reader)).map(({ id }) => id).sort()).toEqual([idOf(0), idOf(1), idOf(2)])
  })
})
