import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.join(__dirname, '..', '..', '..')

it('the example of the README runs, and finds its data again', () => {
  const readme = readFileSync(path.join(__dirname, '..', 'README.md'), 'utf8')
  const example = /```js\n([^]*?)```/.exec(readme)?.[1] ?? 'throw new Error("no example")'
  const folder = mkdtempSync(path.join(tmpdir(), 'actrail-readme-'))
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  try {
    const run = (): string => execFileSync(process.execPath, ['-e', example], { cwd: folder, encoding: 'utf8' }).trim()
    expect([run(), run()]).toEqual(['{ visits: 1 }', '{ visits: 2 }'])
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 60_000)
