import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { DOCUMENTED, environmentFor, serveDocumented } from '../../../../test/cli/documented-activity'
import { runCli } from '../../../../test/cli/run-cli'
import type { ServedApi } from '../../../../test/http/serve-api'

let served: ServedApi
beforeAll(async () => (served = await serveDocumented()))
afterAll(() => served.stop())

const activity = (...argv: string[]) => runCli(['activity', ...argv], { env: environmentFor(served) })

/** The cells of the table that a run printed, without its heading. */
function rows(stdout: string): string[][] {
  const lines = stdout.split('\n')
  const start = lines.findIndex((line) => line.startsWith('TIME'))
  const end = lines.indexOf('', start)
  if (start < 0) return []
  return lines.slice(start + 1, end).map((line) => line.split(/ {2,}/))
}

const resources = (stdout: string): (string | undefined)[] => rows(stdout).map((cells) => cells.at(-1))

describe('the documented list', () => {
  it('is the documented output, line by line', async () => {
    const { exitCode, stdout, stderr } = await activity('--limit', '6')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout.replaceAll(/ {2,}/g, '  ').split('\n')).toEqual([
      'Recent Activity (last 24 hours)',
      '',
      'TIME  USER  ACTION  RESOURCE',
      '2024-01-15 14:32:01  john@acme.example  env.create  my-feature-env',
      '2024-01-15 14:30:45  john@acme.example  env.delete  old-test-env',
      '2024-01-15 13:15:22  api-key:deploy-*  env.update  staging-env',
      '2024-01-15 12:00:00  system  env.cleanup  idle-env-1',
      '2024-01-15 11:45:33  jane@acme.example  project.update  frontend',
      '2024-01-15 10:30:00  jane@acme.example  member.invite  new@acme.example',
      '',
      'Showing 6 of 6 events.',
      '',
    ])
  })

  it('keeps the columns below their headings', async () => {
    const lines = (await activity()).stdout.split('\n').slice(2, 9)
    const starts = ['TIME', 'USER', 'ACTION', 'RESOURCE'].map((name) => lines[0]!.indexOf(name))
    for (const line of lines.slice(1)) {
      for (const start of starts.slice(1))
        expect([line[start - 1], line[start]]).toEqual([' ', expect.not.stringMatching(' ')])
    }
  })

  it('is the same as `activity list`', async () => {
    expect((await runCli(['activity', 'list'], { env: environmentFor(served) })).stdout).toBe((await activity()).stdout)
  })
})

describe('the line below the table', () => {
  it.each([
    [['--limit', '2'], 'Showing 2 of 6 events. Use --limit to see more.'],
    [['--limit', '2', '--offset', '2'], 'Showing 3-4 of 6 events. Use --offset 4 to see more.'],
    [['--limit', '100', '--offset', '4'], 'Showing 5-6 of 6 events.'],
    [['--offset', '200'], 'No more events behind the first 200.'],
    [['--user', 'nobody@acme.example'], 'No events. Use --since or --from to look further back.'],
  ])('%j: %s', async (argv, closing) => {
    expect((await activity(...argv)).stdout.trimEnd().split('\n').at(-1)).toBe(closing)
  })

  it('is the documented one for 6 of 156', async () => {
    const many = await serveDocumented()
    for (let count = 0; count < 150; count++) many.log.add(DOCUMENTED[0]!)
    const { stdout } = await runCli(['activity', '--limit', '6'], { env: environmentFor(many) })
    await many.stop()
    expect(stdout.endsWith('\nShowing 6 of 156 events. Use --limit to see more.\n')).toBe(true)
  })

  it.each([
    [{ total: 10_000, total_relation: 'at_least' }, 'Showing 1 of at least 10000 events. Use --limit to see more.'],
    [{ total: null }, 'Showing 1 events. Use --limit to see more.'],
  ])('is not surer than the answer %j', async (members, closing) => {
    const page = {
      items: [{ id: 'evt_1', timestamp: '', action: 'a', actor: { type: 'user' }, context: {}, result: 'success' }],
    }
    const server = createServer((_req, res) => {
      res.setHeader('content-type', 'application/json').end(JSON.stringify({ ...page, ...members, next_cursor: 'x' }))
    }).listen(0)
    const { port } = server.address() as AddressInfo
    const { stdout } = await runCli(['activity', '--limit', '1', '--server', `http://127.0.0.1:${port}`])
    server.closeAllConnections()
    server.close()
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(closing)
  })
})

describe('the documented filters', () => {
  it.each([
    [['--env', 'my-feature-env'], ['my-feature-env']],
    [
      ['--user', 'john@acme.example'],
      ['my-feature-env', 'old-test-env'],
    ],
    [['--user', 'usr_xyz789'], ['my-feature-env']],
    [['--from', '2024-01-01', '--to', '2024-01-07'], []],
    [['--from', '2024-01-15', '--to', '2024-01-15T12:00:00Z', '--project', 'frontend'], ['frontend']],
    [
      ['--action', 'create'],
      ['my-feature-env', 'new@acme.example'],
    ],
    [['--action', 'delete'], ['old-test-env']],
    [
      ['--action', 'update'],
      ['staging-env', 'frontend'],
    ],
    [['--action', '*.create'], ['my-feature-env']],
    [
      ['--action', 'env.*'],
      ['my-feature-env', 'old-test-env', 'staging-env', 'idle-env-1'],
    ],
    [
      ['--action', 'member.invite', '--action', 'env.delete'],
      ['old-test-env', 'new@acme.example'],
    ],
    [
      ['--since', '1h'],
      ['my-feature-env', 'old-test-env'],
    ],
    [['--since', '7d', '--user', 'john@acme.example', '--action', 'env.delete'], ['old-test-env']],
    [['--actor', 'api-key:deploy-*'], ['staging-env']],
    [['--actor', 'system'], ['idle-env-1']],
    [
      ['--project', 'frontend'],
      ['my-feature-env', 'frontend'],
    ],
    [['--resource-type', 'project'], ['frontend']],
    [['--resource', 'staging-env'], ['staging-env']],
    [['--result', 'denied'], []],
    [['--search', 'STAGING'], ['staging-env']],
    [['--filter', 'action=env.create'], ['my-feature-env']],
    [['--filter', 'timestamp>=2024-01-15T14:00:00Z and result=success', '--action', 'delete'], ['old-test-env']],
  ])('%j', async (argv, expected) => {
    const { exitCode, stdout, stderr } = await activity(...argv)
    expect({ exitCode, stderr, resources: resources(stdout) }).toEqual({ exitCode: 0, stderr: '', resources: expected })
  })

  it('find the events of an issue, whatever its id, beside a written filter', async () => {
    const issue = 'ISS "1" \\ and result=denied'
    const other = await serveDocumented()
    other.log.add({ ...DOCUMENTED[5]!, issue_id: issue })
    const argv = ['activity', '--issue', issue, '--filter', 'action=env.create', '--json']
    const { stdout } = await runCli(argv, { env: environmentFor(other) })
    await other.stop()
    expect((JSON.parse(stdout) as { items: { issue_id: string }[] }).items.map((event) => event.issue_id)).toEqual([
      issue,
    ])
  })
})

describe('the heading', () => {
  it.each([
    [['--since', '7d'], 'Recent Activity (last 7 days)'],
    [['--since', '1h'], 'Recent Activity (last 1 hour)'],
    [['--from', '2024-01-01', '--to', '2024-01-31'], 'Activity from 2024-01-01 to 2024-01-31'],
    [['--since', '7d', '--to', '1d'], 'Activity from 7 days ago to 1 day ago'],
    [['--filter', 'timestamp>2024-01-01'], 'Activity'],
  ])('%j: %s', async (argv, heading) => {
    expect((await activity(...argv)).stdout.split('\n')[0]).toBe(heading)
  })
})

it('shows a result that is no success behind the action', async () => {
  const other = await serveDocumented()
  other.log.add({ ...DOCUMENTED[4]!, result: 'denied' })
  const { stdout } = await runCli(['activity', '--limit', '1'], { env: environmentFor(other) })
  await other.stop()
  expect(rows(stdout)[0]?.[2]).toBe('env.delete (denied)')
})

it('shows ids that `activity show` takes', async () => {
  const { stdout } = await activity('--ids', '--limit', '1')
  const id = /evt_[0-9a-f-]{36}/.exec(stdout)?.[0] ?? ''
  expect((await runCli(['activity', 'show', id], { env: environmentFor(served) })).exitCode).toBe(0)
})

it('gives the page of the API as JSON', async () => {
  const { stdout } = await activity('--json', '--limit', '2')
  const answered = await served.get('/activity?since=24h&limit=2&offset=0', { token: 'a-token-for-tests' })
  expect(JSON.parse(stdout)).toEqual(await answered.json())
})
