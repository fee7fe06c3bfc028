import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Disk, localDisk } from './disk'
import { createPositionFile, type Position } from './position'

const at = (offset: number, segment = 1): Position => ({
  segment: `1700000000000-${String(segment).padStart(8, '0')}.wal`,
  offset,
})

describe('the position of a producer', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'actrail-position-'))
    path = join(folder, 'position')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const found = (): Promise<Position | undefined> => createPositionFile(localDisk, folder).read()

  it('is the last one written, and takes no more room than was set aside', async () => {
    const position = createPositionFile(localDisk, folder)
    position.reserve()
    const { size, blocks } = statSync(path)
    expect(await found()).toBeUndefined()
    for (const one of [at(9_000), at(10_000), at(5, 2), at(Number.MAX_SAFE_INTEGER, 99_999_999)]) {
      await position.write(one)
      position.reserve()
      expect(await found()).toEqual(one)
    }
    expect(statSync(path)).toMatchObject({ size, blocks, mode: 0o100600 })
  })

  it('is the one before when a write of it is torn at any byte', async () => {
    // Most of a slot is blank: a tear shows in its first bytes.
    const cuts = fc.oneof(fc.nat(90), fc.integer({ min: 4_096, max: 4_186 }), fc.nat(8_191))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), cuts, fc.boolean(), async (writes, cut, isReopened) => {
        rmSync(path, { force: true })
        const positions = Array.from({ length: writes }, (_, n) => at(n % 2 === 0 ? 8 : 999_999, n >> 1))
        const last = at(8, 99)
        let position = createPositionFile(localDisk, folder)
        position.reserve()
        for (const one of positions) await position.write(one)
        const before = readFileSync(path)
        if (isReopened) await (position = createPositionFile(localDisk, folder)).read()
        await position.write(last)
        writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, cut), before.subarray(cut)]))
        expect([positions.at(-1), last]).toContainEqual(await found())
      }),
      { numRuns: 100 },
    )
  })

  it('never overwrites what was synced last, though a sync fails', async () => {
    const failing: Disk = { ...localDisk, sync: () => Promise.reject(new Error('made to fail')) }
    await createPositionFile(localDisk, folder).write(at(1))
    const position = createPositionFile(failing, folder)
    await position.read()
    for (const offset of [2, 3, 4]) await expect(position.write(at(offset))).rejects.toThrow('made to fail')
    writeFileSync(path, readFileSync(path).fill(0, 4_096))
    expect(await found()).toEqual(at(1))
  })

  it.each([
    ['is damaged', Buffer.alloc(8_192, 7)],
    ['is empty', Buffer.alloc(0)],
    ['says nothing', Buffer.from('null')],
    ['does not match its checksum', Buffer.from(JSON.stringify({ ...at(900), crc32: 1 }))],
  ])('is unknown when its file %s, and known after the next write', async (_what, bytes) => {
    writeFileSync(path, bytes)
    const position = createPositionFile(localDisk, folder)
    expect(await position.read()).toBeUndefined()
    await position.write(at(7))
    expect(await found()).toEqual(at(7))
  })

  it('is unknown without a file', async () => {
    expect(await found()).toBeUndefined()
  })
})
