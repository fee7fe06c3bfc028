import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  copyWithoutOwners,
  createRuins,
  recovered,
  runEventfully,
  type Told,
  wrongs,
} from '../../../../test/journal/eventful-run'
import { createFaultyDisk, type DiskCall, type Fault } from '../../../../test/journal/faulty-disk'
import type { JournalMode } from './types'

/** Mode strict differs in what it does about a sync; what an error is called matters to none. */
const MODES: readonly { readonly mode: JournalMode; readonly faults: readonly Fault[] }[] = [
  { mode: 'durable', faults: ['EIO', 'ENOSPC', 'EMFILE', 'short'] },
  { mode: 'strict', faults: ['EIO', 'short'] },
]
const copyOf = ({ begun, accepted, stored }: Told): Told => ({
  begun: new Set(begun),
  accepted: new Set(accepted),
  stored: new Set(stored),
})
const nameOf = ({ name, nth }: DiskCall): string => `${name} ${nth}`

describe('a journal in which every call of the file system has gone wrong once', () => {
  let root: string
  let ruins: Awaited<ReturnType<typeof createRuins>>
  beforeAll(async () => (ruins = await createRuins()))
  afterAll(() => ruins.remove())
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'actrail-faults-'))))
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  function begin(name: string): { directory: string; told: Told } {
    const directory = join(root, name)
    copyWithoutOwners(ruins.directory, directory)
    return { directory, told: { begun: new Set(), accepted: new Set(), stored: new Set() } }
  }

  /** The calls of a run in which nothing fails. */
  async function recording(mode: JournalMode): Promise<DiskCall[]> {
    const calls: DiskCall[] = []
    const disk = createFaultyDisk((call) => void calls.push(call))
    const { directory, told } = begin(`recording-${mode}`)
    await runEventfully(disk, directory, mode, told)
    expect(wrongs(await recovered(directory, told.stored), told)).toEqual([])
    return calls
  }

  /** One run in which one call fails. @returns what was wrong afterwards. */
  async function failing(mode: JournalMode, call: DiskCall, fault: Fault): Promise<string[]> {
    const place = `${nameOf(call)} ${fault}`
    let happened = false
    const disk = createFaultyDisk((now) => {
      if (happened || nameOf(now) !== nameOf(call)) return undefined
      happened = true
      return fault
    })
    const { directory, told } = begin(place)
    try {
      const journal = await runEventfully(disk, directory, mode, told)
      const { lostEvents, refusals } = journal.status()
      const wrong = wrongs(await recovered(directory, told.stored), told)
      if (lostEvents > 0) wrong.push(`${lostEvents} events counted as lost`)
      if (refusals > 0) wrong.push(`${refusals} refusals although another file took it`)
      if (!happened) wrong.push('the call never came')
      return wrong.map((one) => `${place}: ${one}`)
    } catch (error) {
      const isAtStart = call.name === 'makeFolder' || call.name === 'isFolder'
      return isAtStart && (error as { code?: string }).code === 'ERR_JOURNAL_FOLDER'
        ? []
        : [`${place}: ${String(error)}`]
    }
  }

  describe.each(MODES)('in mode $mode', ({ mode, faults }) => {
    it.each(faults)(
      'loses nothing, doubles nothing and goes on, by %s',
      async (fault) => {
        const calls = (await recording(mode)).filter(({ name, nth }) =>
          fault === 'short' ? name === 'write' : name !== 'isFolder' || nth === 1,
        )
        const wrong: string[] = []
        for (const call of calls) wrong.push(...(await failing(mode, call, fault)))
        expect(wrong).toEqual([])
        expect(calls.length).toBeGreaterThan(fault === 'short' ? 30 : 80)
      },
      120_000,
    )

    it('loses nothing and doubles nothing when it is killed before any of them', async () => {
      const deaths: { readonly at: string; readonly directory: string; readonly told: Told }[] = []
      const { directory, told } = begin('killed')
      const disk = createFaultyDisk((call) => {
        const at = `${deaths.length} ${nameOf(call)}`
        const left = join(root, 'deaths', at)
        copyWithoutOwners(directory, left)
        deaths.push({ at, directory: left, told: copyOf(told) })
        return undefined
      })
      await runEventfully(disk, directory, mode, told)
      const wrong: string[] = []
      for (const death of deaths) {
        const log = await recovered(death.directory, death.told.stored)
        wrong.push(...wrongs(log, death.told).map((one) => `${death.at}: ${one}`))
      }
      expect(wrong).toEqual([])
      expect(deaths.length).toBeGreaterThan(80)
    }, 120_000)
  })
})
