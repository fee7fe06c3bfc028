import { createMemoryTrail } from '@actrail/core/testing'
import { staticTokens } from '@actrail/core'
import { execFile, spawnSync } from 'node:child_process'
import type { Request } from 'express'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { serveLog, type ServedLog } from '../client/serve-log'
import { type ExamplePlace, openExamplePlace, ROOT } from './served-example'

const README = readFileSync(join(ROOT, 'packages/cli/README.md'), 'utf8')
const [, EXAMPLE = ''] = /## Use\n\n```sh\n([\s\S]*?)```/.exec(README) ?? []
const MAIN = join(ROOT, 'packages/cli/dist/main.js')

let place: ExamplePlace
let served: ServedLog
beforeAll(async () => {
  place = openExamplePlace()
  const permissions = ['activity:read', 'activity:export'] as const
  const authorize = staticTokens({ 'a-long-token': { id: 'auditor', workspaces: ['acme'], permissions } })
  served = await serveLog(createMemoryTrail<Request>({ authorize }))
  writeFileSync(join(place.folder, 'token.txt'), 'a-long-token\n')
  writeFileSync(join(place.folder, 'actrail'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`, {
    mode: 0o755,
  })
  await record('env.create')
  await record('env.delete', '2024-01-15T14:30:45Z')
})
afterAll(async () => {
  await place.close()
  await served.stop()
})

async function record(action: string, occurredAt?: string): Promise<void> {
  const event = { action, workspace: 'acme', actor: { type: 'user', email: 'john@acme.example' } }
  await served.trail.record(occurredAt === undefined ? event : { ...event, occurredAt })
}

const env = () => ({ PATH: `${place.folder}:${process.env['PATH']}`, HOME: place.folder })
const lines = EXAMPLE.trimEnd()
  .replaceAll('https://app.example/api/v1', () => '$SERVER')
  .split('\n')

it.each(lines.map((line, at) => [line, at] as const))(
  'the command line example %s does what it says',
  async (line, at) => {
    const script = line.includes(' stream ') ? `${line} | head -n 1` : line
    const recording = setInterval(() => void record('env.create'), 50)
    const options = { cwd: place.folder, env: { ...env(), SERVER: served.baseUrl }, timeout: 25_000 }
    const { stdout } = await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', script], options).finally(() =>
      clearInterval(recording),
    )
    const expected = [/^Logged in/, /env\.create.*\n\nShowing/s, /"total": 0/, /^\d{4}-.*env\.create/, /^$/]
    expect(stdout).toMatch(expected[at]!)
  },
)

it('the command line example leaves the month as a file', () => {
  expect(readFileSync(join(place.folder, 'january-activity.csv'), 'utf8')).toContain('env.delete')
})

it('the completion that the README names can be sourced', () => {
  const { status } = spawnSync('bash', ['-ec', 'source <(actrail completion bash); complete -p actrail'], {
    env: env(),
  })
  expect(status).toBe(0)
})
