import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { environmentFor, serveDocumented, TOKEN } from '../../../test/cli/documented-activity'
import { runCli, type Surroundings } from '../../../test/cli/run-cli'
import type { ServedApi } from '../../../test/http/serve-api'
import { staticTokens } from '../../core/src/http/static-tokens'
import type { CommandDefinition } from './command'
import { COMMANDS } from './commands'

let served: ServedApi
beforeAll(async () => (served = await serveDocumented()))
afterAll(() => served.stop())

const asked = (argv: readonly string[], surroundings: Surroundings = {}) =>
  runCli(argv, { env: environmentFor(served), ...surroundings })

function pathsOf(commands: readonly CommandDefinition[], above: readonly string[] = []): string[][] {
  return commands.flatMap(({ name, commands: inner = [] }) => [[...above, name], ...pathsOf(inner, [...above, name])])
}

describe('help', () => {
  it.each(pathsOf(COMMANDS))('of %s %s', async (...path) => {
    const argv = path.filter((name) => typeof name === 'string')
    const { exitCode, stdout, stderr } = await runCli([...argv, '--help'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain(`Usage: actrail ${argv.join(' ')}`)
  })

  it('of the program names every command', async () => {
    const { exitCode, stdout } = await runCli(['--help'])
    expect(exitCode).toBe(0)
    for (const { name } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
  })

  it('fits the terminal, but for lines that are typed', async () => {
    const { stdout } = await runCli(['activity', 'export', '--help'], { columns: 60 })
    const [text = ''] = stdout.split('\nExamples:')
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60)
  })
})

it('shows its version', async () => {
  const { stdout } = await runCli(['--version'])
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

describe('what is typed wrongly ends with 2, asks nobody, and is', () => {
  it.each([
    ['an unknown command', ['actvity'], "unknown command 'actvity'\n(Did you mean activity?)"],
    ['an unknown flag', ['activity', '--usr', 'x'], "unknown option '--usr'\n(Did you mean --user?)"],
    ['an argument too many', ['activity', 'list', 'env'], 'too many arguments'],
    ['an argument too few', ['activity', 'show'], "missing required argument 'id'"],
    ['no command at all', [], 'Usage: actrail'],
    ['a flag given twice', ['activity', '--user', 'a', '--user', 'b'], '--user <user> is given twice. Give it once.'],
    ['two flags for one thing', ['activity', '--since', '1h', '--from', '2024-01-01'], 'cannot be used with option'],
    ['an environment that is also a resource', ['activity', '--env', 'a', '--resource', 'b'], 'cannot be used with'],
    ['a limit above 200', ['activity', '--limit', '201'], '"201" is not a whole number from 1 to 200.'],
    ['no number', ['activity', '--limit', '1e2'], '"1e2" is not a whole number from 1 to 200.'],
    ['a negative offset', ['activity', '--offset', '-1'], '"-1" is not a whole number of 0 or more.'],
    [
      'no time',
      ['activity', '--since', 'yesterday'],
      '"yesterday" is no time. Write a duration back from now (1h, 7d)',
    ],
    ['a day that does not exist', ['activity', '--from', '2024-02-30'], '"2024-02-30" is no time.'],
    ['half an actor', ['activity', '--actor', 'system:'], '"system:" is no actor.'],
    ['an empty value', ['activity', '--user', ''], 'A value is empty.'],
    [
      'an unknown result',
      ['activity', '--result', 'ok'],
      '"ok" is none of success, failure, denied, aborted, unknown.',
    ],
    ['an unknown format', ['activity', 'export', '--format', 'xml'], '"xml" is none of csv, json, ndjson.'],
    ['no server', ['activity'], 'No server is given. Log in with `actrail login --server https://app.example/api/v1`'],
    ['no address', ['activity', '--server', 'app.example'], '--server: "app.example" is no address.'],
    ['an address with a password', ['activity', '--server', 'https://me:hunter2@app.example'], 'has no credentials'],
  ])('%s', async (_what, argv, message) => {
    const { exitCode, stdout, stderr } = await runCli(argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('hunter2')
  })

  it('a filter that the server cannot read, with the place of the mistake', async () => {
    const { exitCode, stderr } = await asked(['activity', '--filter', 'action=a or b'])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^actrail: .*"or" at character 10.*\n$/)
  })
})

describe('what goes wrong is one line that says what to do, and ends with', () => {
  /** A server that answers everything in one way, after which nobody tries again for long. */
  async function answering(status: number, body = '', headers: Record<string, string> = {}) {
    const server = createServer((_req, res) => res.writeHead(status, headers).end(body)).listen(0)
    const { port } = server.address() as AddressInfo
    const argv = [
      'activity',
      'show',
      'evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70',
      '--server',
      `http://127.0.0.1:${port}`,
    ]
    const ran = await runCli(argv)
    server.closeAllConnections()
    server.close()
    return ran
  }
  const oneLine = (ran: { exitCode: number; stderr: string }) => {
    expect(ran.stderr).toMatch(/^actrail: [^\n]+\.\n$|^actrail: [^\n]+\n$/)
    return [ran.exitCode, ran.stderr] as const
  }

  it('3 without a token', async () => {
    const { ACTRAIL_SERVER } = environmentFor(served)
    const [exitCode, text] = oneLine(await asked(['activity'], { env: { ACTRAIL_SERVER } }))
    expect([exitCode, text]).toEqual([3, expect.stringContaining(`actrail login --server ${ACTRAIL_SERVER}`)])
  })

  it('3 with a token that is not accepted, which is not shown', async () => {
    const env = { ...environmentFor(served), ACTRAIL_TOKEN: 'an-old-token' }
    const ran = await asked(['activity', '--verbose'], { env })
    expect([ran.exitCode, ran.stderr]).toEqual([3, expect.stringContaining('Log in again: actrail login')])
    expect(ran.stderr).not.toContain('an-old-token')
  })

  it('3 without the permission, and 2 without the workspace that was meant', async () => {
    const principal = { id: 'p', workspaces: ['a', 'b'], permissions: ['activity:read'] } as const
    const other = await serveDocumented({ authorize: staticTokens({ [TOKEN]: principal }) })
    const env = environmentFor(other)
    const forbidden = oneLine(await asked(['activity', 'export', '--workspace', 'a'], { env }))
    const foreign = oneLine(await asked(['activity', '--workspace', 'c'], { env }))
    const ambiguous = oneLine(await asked(['activity'], { env }))
    await other.stop()
    expect([forbidden[0], foreign[0], ambiguous[0]]).toEqual([3, 3, 2])
    expect(ambiguous[1]).toContain('--workspace')
  })

  it.each([
    ['3 behind a proxy that wants credentials', 3, 401, 'something in front of it wants credentials'],
    ['4 where no activity API is', 4, 404, 'There is no activity API at'],
    ['1 where the server fails', 1, 500, ''],
    ['1 where a page answers', 1, 200, ''],
  ])('%s', async (_name, expected, status, part) => {
    const [exitCode, text] = oneLine(await answering(status, '<html>'))
    expect([exitCode, text]).toEqual([expected, expect.stringContaining(part)])
  })

  it('5 where a proxy says that the server is away', async () => {
    const [exitCode, text] = oneLine(await answering(503, '', { 'retry-after': '3600' }))
    expect([exitCode, text]).toEqual([5, expect.stringContaining('answers 503. Try again later.')])
  })

  it('5 where no server is', async () => {
    const { port } = await new Promise<AddressInfo>((resolve) => {
      const server = createServer().listen(0, () => {
        const address = server.address() as AddressInfo
        server.close(() => resolve(address))
      })
    })
    const [exitCode, text] = oneLine(await runCli(['activity', '--server', `http://127.0.0.1:${port}`]))
    expect([exitCode, text]).toEqual([5, expect.stringContaining('cannot be reached (ECONNREFUSED)')])
  })

  it('the cause below it with --verbose', async () => {
    const { stderr } = await runCli(['activity', '--server', 'http://127.0.0.1:1', '--verbose'])
    expect(stderr.split('\n').length).toBeGreaterThan(3)
    expect(stderr).toContain('ERR_CLIENT_NETWORK')
  })

  it('nothing that a terminal would obey, whatever the server says', async () => {
    const body = JSON.stringify({ code: 'ERR_X', detail: '\u001b[2J\u202egone\nfake line', status: 400 })
    const [exitCode, text] = oneLine(await answering(400, body, { 'content-type': 'application/problem+json' }))
    expect([exitCode, text]).toEqual([2, 'actrail: \\x1b[2J\\u202egone\\nfake line\n'])
  })
})

describe('colours', () => {
  const inPipe = { isTTY: false }
  it.each([
    ['on a terminal', {}, {}, true],
    ['not in a pipe', {}, inPipe, false],
    ['not with NO_COLOR', { NO_COLOR: '1' }, {}, false],
    ['with an empty NO_COLOR, which says nothing', { NO_COLOR: '' }, {}, true],
    ['in a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, inPipe, true],
    ['not with FORCE_COLOR=0', { FORCE_COLOR: '0' }, {}, false],
    ['not with both', { FORCE_COLOR: '1', NO_COLOR: '1' }, {}, false],
    ['not on a terminal that knows none', { TERM: 'dumb' }, {}, false],
  ])('%s', async (_name, env, terminal, isColoured) => {
    const surroundings = { isTTY: true, ...terminal, env: { ...environmentFor(served), ...env } }
    const { stdout } = await asked(['activity'], surroundings)
    expect(stdout.includes('\u001b[')).toBe(isColoured)
    const { stdout: plain } = await asked(['activity', '--no-color'], surroundings)
    expect(plain).not.toContain('\u001b[')
  })
})
