import { environmentFor, serveDocumented } from '../../../../test/cli/documented-activity'
import { runCli } from '../../../../test/cli/run-cli'
import type { ServedApi } from '../../../../test/http/serve-api'

let served: ServedApi
beforeAll(async () => (served = await serveDocumented()))
afterAll(() => served.stop())

const show = (...argv: string[]) => runCli(['activity', 'show', ...argv], { env: environmentFor(served) })

it('prints the documented detail record, field by field and in its order', async () => {
  const id = `evt_${served.log.events.at(-1)!.id}`
  const { exitCode, stdout, stderr } = await show(id)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toBe(`{
  "id": "${id}",
  "timestamp": "2024-01-15T14:32:01Z",
  "action": "env.create",
  "actor": {
    "type": "user",
    "id": "usr_xyz789",
    "email": "john@acme.example",
    "ip_address": "192.168.1.100"
  },
  "resource": {
    "type": "environment",
    "id": "env_def456",
    "name": "my-feature-env"
  },
  "context": {
    "project": "frontend",
    "organization": "acme-corp",
    "source": "cli",
    "cli_version": "1.5.0"
  },
  "changes": {
    "blueprint": "nodejs-app",
    "resources": {
      "cpu": "2",
      "memory": "4G"
    }
  },
  "result": "success"
}
`)
})

it('takes an id without its prefix, and in capitals', async () => {
  const { id } = served.log.events[0]!
  expect((await show(id.toUpperCase())).stdout).toBe((await show(`evt_${id}`)).stdout)
})

it('ends with 4 for an event that is not there', async () => {
  const { exitCode, stdout, stderr } = await show('evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70')
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' })
  expect(stderr).toMatch(/^actrail: .*\n$/)
})

it.each(['evt_abc123', 'evt_', '../health'])('refuses %s, which is no id, before it asks', async (id) => {
  const { exitCode, stderr } = await runCli(['activity', 'show', id, '--server', 'http://127.0.0.1:9'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining('is no id of an event') as string,
  })
})
