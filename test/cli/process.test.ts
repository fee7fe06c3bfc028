import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import type { ServedApi } from '../http/serve-api'
import { DOCUMENTED, environmentFor, serveDocumented } from './documented-activity'
import { until } from './until'

// The program as npm installs it, in a process of its own: signals, pipes, exit codes, the terminal's zone.

const MAIN = resolve(__dirname, '../../packages/cli/dist/main.js')

let served: ServedApi
let folder: string
let children: ChildProcess[]
beforeEach(async () => {
  children = []
  folder = mkdtempSync(join(tmpdir(), 'actrail-cli-'))
  served = await serveDocumented()
})
afterEach(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
  await served.stop()
})

function start(argv: readonly string[], env: Record<string, string> = {}, command = process.execPath) {
  const { PATH = '' } = process.env
  const child = spawn(command, command === process.execPath ? [MAIN, ...argv] : argv, {
    cwd: folder,
    env: { PATH, ...environmentFor(served), HOME: folder, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  children.push(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  return {
    child,
    output: () => stdout,
    ended: async () => {
      const [exitCode, signal] = await closed
      return { exitCode, signal, stdout, stderr }
    },
  }
}

/** Adds events until the stream shows one: only then it is known to be open. */
async function opened(stream: ReturnType<typeof start>): Promise<void> {
  const deadline = Date.now() + 15_000
  while (stream.output() === '') {
    if (Date.now() > deadline) throw new Error('The stream never opened')
    served.log.add({ ...DOCUMENTED[5]!, resource_name: 'opening' })
    await new Promise((done) => setTimeout(done, 25))
  }
}

it('prints the documented table and ends by itself with 0', async () => {
  const { exitCode, stdout, stderr } = await start(['activity']).ended()
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('2024-01-15 14:32:01  john@acme.example  env.create      my-feature-env\n')
})

it('shows the time zone of the terminal with --local', async () => {
  const { stdout } = await start(['activity', '--local', '--limit', '1'], { TZ: 'Asia/Kolkata' }).ended()
  expect(stdout).toContain('TIME (LOCAL)')
  expect(stdout).toContain('2024-01-15 20:02:01')
})

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a stream ends at %s with %i, its last line whole', async (signal, expected) => {
  const stream = start(['activity', 'stream', '--json'])
  await opened(stream)
  stream.child.kill(signal)
  const { exitCode, stdout, stderr } = await stream.ended()
  expect({ exitCode, stderr }).toEqual({ exitCode: expected, stderr: '' })
  for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('id')
})

it('an export ends at SIGINT with 130 and leaves no file', async () => {
  const slow = createServer((_req, res) => {
    res.setHeader('content-type', 'application/json').write('[\n{"id":"evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70"},\n')
  }).listen(0)
  const { port } = slow.address() as AddressInfo
  const run = start(['activity', 'export', '-o', 'a.json', '--server', `http://127.0.0.1:${port}`])
  await until(() => readdirSync(folder).some((name) => name.endsWith('.partial')), 'the file in the making')
  run.child.kill('SIGINT')
  const { exitCode } = await run.ended()
  slow.closeAllConnections()
  slow.close()
  expect([exitCode, readdirSync(folder)]).toEqual([130, []])
})

it.each(['stream --json --after', 'export --format ndjson --filter'])(
  'ends well when `| head` has read enough of activity %s',
  async (command) => {
    for (let number = 0; number < 5_000; number++) served.log.add(DOCUMENTED[5]!)
    const value = command.startsWith('stream') ? `evt_${served.log.events[0]!.id}` : 'result=success'
    const argv = [...`activity ${command}`.split(' '), value].map((word) => `'${word}'`).join(' ')
    const script = `set -o pipefail; '${process.execPath}' '${MAIN}' ${argv} | head -n 3`
    const { exitCode, stdout, stderr } = await start(['-c', script], {}, 'bash').ended()
    expect({ exitCode, stderr, lines: stdout.trimEnd().split('\n').length }).toEqual({
      exitCode: 0,
      stderr: '',
      lines: 3,
    })
  },
)

it('a login from a pipe, a list with it, and a logout', async () => {
  const env = { ACTRAIL_TOKEN: '', ACTRAIL_SERVER: '' }
  const server = `${served.origin}/api/v1`
  const login = start(['login', '--server', server, '--token-stdin'], env)
  login.child.stdin.end('a-token-for-tests\n')
  expect(await login.ended()).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await start(['activity', '--limit', '1'], env).ended()).toMatchObject({ exitCode: 0 })
  expect(await start(['logout'], env).ended()).toMatchObject({ exitCode: 0 })
  expect(await start(['activity'], env).ended()).toMatchObject({ exitCode: 3 })
})

it.each([
  [['activity', '--nope'], 2],
  [['activity', 'show', 'evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70'], 4],
  [['activity', '--server', 'http://127.0.0.1:1'], 5],
])('%j ends with %i', async (argv, expected) => {
  expect((await start(argv).ended()).exitCode).toBe(expected)
})
