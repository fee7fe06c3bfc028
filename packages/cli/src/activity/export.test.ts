import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { DOCUMENTED, environmentFor, serveDocumented, TOKEN } from '../../../../test/cli/documented-activity'
import { runCli, type Surroundings } from '../../../../test/cli/run-cli'
import type { ServedApi } from '../../../../test/http/serve-api'
import { interruption } from '../interruption'

let served: ServedApi
let folder: string
beforeAll(async () => {
  served = await serveDocumented()
  // Cells with line ends and quotes, which are no ends of events.
  for (let number = 0; number < 2_500; number++) {
    served.log.add({
      ...DOCUMENTED[5]!,
      details: { note: `a "quoted"\nnote\n${number}` },
      resource_name: `"x\n${number}`,
    })
  }
})
afterAll(() => served.stop())
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'actrail-export-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const exported = (argv: readonly string[], surroundings: Surroundings = {}) =>
  runCli(['activity', 'export', ...argv], { env: environmentFor(served), cwd: folder, ...surroundings })
const answer = async (query: string) => (await served.get(`/activity/export?${query}`, { token: TOKEN })).text()
const inFolder = (name: string) => readFileSync(join(folder, name), 'utf8')

it.each([
  ['csv', 'january-activity.csv'],
  ['json', 'january-activity.json'],
])('writes the documented export as %s', async (format, name) => {
  const argv = ['--from', '2024-01-01', '--to', '2024-01-31', '--format', format, '--output', name]
  const { exitCode, stdout, stderr } = await exported(argv)
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' })
  expect(stderr).toMatch(new RegExp(`^${name}: 2506 events, 1\\.\\d MB\\.\\n$`))
  expect(inFolder(name)).toBe(await answer(`format=${format}&from=2024-01-01&to=2024-01-31`))
  expect(readdirSync(folder)).toEqual([name])
})

it('is for its owner only', async () => {
  await exported(['-o', 'a.csv'])
  expect(statSync(join(folder, 'a.csv')).mode & 0o777).toBe(0o600)
})

it.each([
  ['a.json', 'json'],
  ['a.NDJSON', 'ndjson'],
  ['a.jsonl', 'ndjson'],
  ['a.txt', 'csv'],
])('takes the format from the name %s', async (name, format) => {
  await exported(['-o', name, '--action', 'env.delete'])
  expect(inFolder(name)).toBe(await answer(`format=${format}&action=env.delete`))
})

it('writes to standard output where no file is named, and shows nothing else there', async () => {
  const { stdout, stderr } = await exported(['--format', 'ndjson', '--batch-size', '10000'])
  expect({ stdout, stderr }).toEqual({ stdout: await answer('format=ndjson'), stderr: '' })
})

it.each(['csv', 'json', 'ndjson'])('counts the events of an empty export as %s', async (format) => {
  const { stderr } = await exported(['--user', 'nobody@acme.example', '-o', `none.${format}`])
  expect(stderr).toMatch(/: 0 events, /)
})

describe('a file that is there already', () => {
  beforeEach(() => writeFileSync(join(folder, 'a.csv'), 'mine'))

  it('is not replaced, and the server is not asked', async () => {
    const { exitCode, stderr } = await exported(['-o', 'a.csv', '--server', 'http://127.0.0.1:9'])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'actrail: a.csv is there already. Name another one, or replace it with --force.\n',
    })
    expect(inFolder('a.csv')).toBe('mine')
  })

  it('is replaced with --force, also through a link, which stays one', async () => {
    symlinkSync('a.csv', join(folder, 'link.csv'))
    expect((await exported(['-o', 'link.csv', '--force', '--action', 'env.delete'])).exitCode).toBe(0)
    expect(inFolder('a.csv')).toBe(await answer('action=env.delete'))
    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'link.csv'])
  })
})

it.each([
  ['/dev/null', 'is no file that can be replaced'],
  ['.', 'is no file that can be replaced'],
  ['missing/a.csv', 'there is no folder'],
  ['', 'A value is empty'],
])('refuses the place "%s"', async (output, reason) => {
  const { exitCode, stderr } = await exported(['-o', output, '--force'])
  expect(exitCode).toBeGreaterThan(0)
  expect(stderr).toContain(reason)
})

describe('an export that breaks off', () => {
  /** A server whose answers end in the middle of an event, all but the first at their beginning. */
  async function broken(argv: readonly string[], surroundings: Surroundings = {}) {
    let asked = 0
    const server = createServer((_req, res) => {
      res.setHeader('content-type', 'text/csv')
      if (asked++ === 0) res.write('id,action\r\nevt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70,env.create\r\nevt_018d')
      setImmediate(() => res.destroy())
    }).listen(0)
    const { port } = server.address() as AddressInfo
    const ran = await exported([...argv, '--server', `http://127.0.0.1:${port}`], surroundings)
    server.closeAllConnections()
    server.close()
    return ran
  }

  it('leaves no file, says so, and fails', async () => {
    const { exitCode, stderr } = await broken(['-o', 'a.csv'])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^actrail: The export broke off after the event evt_018d0d3e-[^\n]+\n$/)
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves the file that was there as it was', async () => {
    writeFileSync(join(folder, 'a.csv'), 'mine')
    expect((await broken(['-o', 'a.csv', '--force'])).exitCode).toBe(1)
    expect([readdirSync(folder), inFolder('a.csv')]).toEqual([['a.csv'], 'mine'])
  })

  it('leaves no file when it is interrupted', async () => {
    const ending = new AbortController()
    const slow = createServer((_req, res) => {
      res
        .setHeader('content-type', 'text/csv')
        .write('id,action\r\nevt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70,env.create\r\n')
      setImmediate(() => ending.abort(interruption('SIGINT')))
    }).listen(0)
    const { port } = slow.address() as AddressInfo
    const argv = ['-o', 'a.csv', '--server', `http://127.0.0.1:${port}`]
    const { exitCode, stderr } = await exported(argv, { signal: ending.signal })
    slow.closeAllConnections()
    slow.close()
    expect({ exitCode, stderr, left: readdirSync(folder) }).toEqual({ exitCode: 130, stderr: '', left: [] })
  })
})

it('shows its progress on a terminal, and takes it away at the end', async () => {
  const server = createServer((_req, res) => {
    res.setHeader('content-type', 'application/json').write('[\n{"id":"evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70"},\n')
    setTimeout(() => res.end('{"id":"evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f71"}\n]\n'), 400)
  }).listen(0)
  const { port } = server.address() as AddressInfo
  const argv = ['-o', 'a.json', '--server', `http://127.0.0.1:${port}`]
  const { stderr } = await exported(argv, { isErrorTTY: true })
  server.closeAllConnections()
  server.close()
  expect(stderr).toMatch(/\r\u001b\[K\d events, \d+ bytes, .*\/s.*\r\u001b\[Ka\.json: 2 events, \d+ bytes\.\n$/s)
})
