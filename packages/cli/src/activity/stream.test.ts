import { Writable } from 'node:stream'

import { DOCUMENTED, environmentFor, serveDocumented } from '../../../../test/cli/documented-activity'
import { runCli, type Surroundings } from '../../../../test/cli/run-cli'
import { until } from '../../../../test/cli/until'
import type { ServedApi } from '../../../../test/http/serve-api'
import { COMMANDS } from '../commands'
import { interruption } from '../interruption'
import { run } from '../program'

let served: ServedApi
beforeEach(async () => (served = await serveDocumented()))
afterEach(() => served.stop())

/** A stream that runs until it is stopped. */
function start(argv: readonly string[], surroundings: Surroundings = {}) {
  const ending = new AbortController()
  let output = ''
  const ran = runCli(['activity', 'stream', ...argv], {
    env: environmentFor(served),
    signal: ending.signal,
    onOutput: (text) => (output += text),
    ...surroundings,
  })
  return {
    output: () => output,
    lines: () => output.split('\n').filter((line) => line !== ''),
    stop: async (name: 'SIGINT' | 'SIGTERM' = 'SIGINT') => {
      ending.abort(interruption(name))
      return ran
    },
  }
}

/** Adds an event until the stream shows one: only then it is known to be open. */
async function opened(stream: ReturnType<typeof start>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (stream.output() === '') {
    if (Date.now() > deadline) throw new Error('The stream never opened')
    served.log.add({ ...DOCUMENTED[5]!, resource_name: 'opening' })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const add = (name: string): void => void served.log.add({ ...DOCUMENTED[5]!, resource_name: name })

it('shows each event that comes on a line, none that was there before, and ends with 130 at Ctrl-C', async () => {
  const stream = start([])
  await opened(stream)
  for (let number = 0; number < 50; number++) add(`env-${number}`)
  await until(() => stream.output().includes('env-49'), 'the last event')
  const { exitCode, stdout, stderr } = await stream.stop()
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' })
  const names = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  const numbered = names.filter((cells) => cells.at(-1)!.startsWith('env-'))
  expect(numbered.map((cells) => cells.at(-1))).toEqual(Array.from({ length: 50 }, (_, number) => `env-${number}`))
  expect(numbered[0]).toEqual(['2024-01-15 14:32:01', 'john@acme.example', 'env.create', 'env-0'])
  expect(stdout).not.toContain('old-test-env')
})

it('ends with 143 when it is terminated', async () => {
  const stream = start([])
  await opened(stream)
  expect((await stream.stop('SIGTERM')).exitCode).toBe(143)
})

it.each([
  ['the documented glob and project', ['--action', 'env.*', '--project', 'frontend']],
  ['the documented environment', ['--env', 'opening']],
  ['the documented written filter', ['--filter', 'action=env.create']],
])('shows only what %s finds', async (_name, argv) => {
  const stream = start([...argv, '--json'])
  await opened(stream)
  served.log.add({ ...DOCUMENTED[4]!, action: 'member.remove', resource_name: 'other' })
  served.log.add({ ...DOCUMENTED[5]!, resource_name: 'opening', context: { isLast: true } })
  await until(() => stream.output().includes('"isLast":true'), 'the event that the filter finds')
  const { stdout } = await stream.stop()
  expect(stdout).not.toContain('other')
})

it('writes one JSON object a line, each the event as `show` gives it', async () => {
  const stream = start(['--json'])
  await opened(stream)
  served.log.add({ ...DOCUMENTED[5]!, resource_name: 'last\u001b[2J\u202e' })
  await until(() => stream.output().includes('last'), 'the last event')
  const { stdout } = await stream.stop()
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string })
  const { stdout: shown } = await runCli(['activity', 'show', events.at(-1)!.id], { env: environmentFor(served) })
  expect(events.at(-1)).toEqual(JSON.parse(shown))
})

it('misses and repeats nothing over connections that break', async () => {
  const stream = start(['--json'])
  await opened(stream)
  for (let number = 0; number < 30; number++) {
    add(`env-${number}`)
    if (number % 10 === 5) served.server.closeAllConnections()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => stream.output().includes('"env-29"'), 'the last event')
  const { stdout } = await stream.stop()
  const names = [...stdout.matchAll(/"name":"(env-\d+)"/g)].map(([, name]) => name)
  expect(names).toEqual(Array.from({ length: 30 }, (_, number) => `env-${number}`))
})

it('begins behind the event that --after names', async () => {
  const after = served.log.events[2]!
  const stream = start(['--after', `evt_${after.id}`, '--json'])
  await until(() => stream.lines().length === 3, 'the three events behind it')
  const { stdout } = await stream.stop()
  expect([...stdout.matchAll(/"action":"([^"]+)"/g)].map(([, action]) => action)).toEqual([
    'env.update',
    'env.delete',
    'env.create',
  ])
})

it('tells a person at a terminal that the connection was lost and is back', async () => {
  const stream = start([], { isErrorTTY: true })
  await opened(stream)
  served.server.closeAllConnections()
  add('after-the-break')
  await until(() => stream.output().includes('after-the-break'), 'the event after the break')
  const { stderr } = await stream.stop()
  expect(stderr).toBe('The connection is lost. Connecting again…\nConnected again; nothing was missed.\n')
})

it('ends well when nobody reads its output any more, as before `| head`', async () => {
  let isWritten = false
  const stdout = new Writable({
    write(_piece, _encoding, done) {
      isWritten = true
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
  const stderr = new Writable({ write: (_piece, _encoding, done) => done() })
  const ran = run(
    ['activity', 'stream', '--after', `evt_${served.log.events[0]!.id}`],
    {
      ...{ stdin: process.stdin, stdout, stderr, env: environmentFor(served), cwd: '/', columns: 80 },
      ...{ isTTY: false, isErrorTTY: false, signal: new AbortController().signal },
    },
    COMMANDS,
  )
  expect(await ran).toBe(0)
  expect(isWritten).toBe(true)
})
