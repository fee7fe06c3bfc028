import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { packFolder, unpackFolder } from './archive'

describe('a packed folder', () => {
  it('comes back with its files and its empty folders, for its owner alone', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'actrail-archive-'))
    try {
      const [from, to] = [path.join(root, 'from'), path.join(root, 'to')]
      mkdirSync(path.join(from, 'a', 'empty'), { recursive: true })
      writeFileSync(path.join(from, 'a', 'lines'), '\n\nx\n')
      writeFileSync(path.join(from, 'none'), '')
      writeFileSync(path.join(from, 'zeros'), Buffer.alloc(100_000))
      unpackFolder(packFolder(from), to)
      expect(readdirSync(to, { recursive: true }).sort()).toEqual(readdirSync(from, { recursive: true }).sort())
      for (const name of ['a/lines', 'none', 'zeros']) {
        expect(readFileSync(path.join(to, name)).equals(readFileSync(path.join(from, name)))).toBe(true)
      }
      expect(statSync(to).mode & 0o077).toBe(0)
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
