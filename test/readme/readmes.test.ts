import { staticTokens } from '@actrail/core'
import { createMemoryTrail } from '@actrail/core/testing'
import type { Request } from 'express'
import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { serveLog } from '../client/serve-log'
import { type ExamplePlace, eventually, MODULES, openExamplePlace } from './served-example'

let place: ExamplePlace
beforeEach(() => (place = openExamplePlace()))
afterEach(() => place.close())

it('the one line of the top README serves, records, and refuses readers', async () => {
  const base = await place.serve(place.javascript('README.md'))
  expect((await fetch(`${base}/projects`, { method: 'POST' })).status).toBe(201)
  const refused = await fetch(`${base}/api/v1/activity`)
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([401, 'ERR_CREDENTIALS_MISSING'])
})

it.each([
  ['express', 'javascript'],
  ['koa', 'javascript'],
  ['nestjs', 'typescript'],
] as const)('the %s example records and shows what its curl lines ask for', async (name, language) => {
  const base = await place.serve(place[language](`packages/${name}/README.md`))
  await fetch(`${base}/projects/p1`, { method: 'DELETE' })
  await fetch(`${base}/issues`, {
    method: 'POST',
    body: '{"title":"Fix login bug"}',
    headers: { 'content-type': 'application/json' },
  })
  const headers = { authorization: 'Bearer a-long-token' }
  const list = async () => {
    const answer = await fetch(`${base}/api/v1/workspaces/acme/activity`, { headers })
    return answer.ok ? ((await answer.json()) as { action: string; details: object }[]) : []
  }
  const entries = await eventually(list, (found) => found.some(({ action }) => action === 'issue.created'))
  expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['issue.created', 'project.delete']))
  expect(entries.find(({ action }) => action === 'issue.created')?.details).toEqual({ title: 'Fix login bug' })
})

it('the core example prints what it recorded', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [place.javascript('packages/core/README.md')], {
    cwd: place.folder,
    env: { ...process.env, NODE_PATH: MODULES },
    encoding: 'utf8',
    timeout: 25_000,
  })
  expect({ stdout, stderr }).toEqual({ stdout: '1 env.cleanup cleanup\n', stderr: '' })
})

it('the client example records, follows, reads and exports', async () => {
  const permissions = ['activity:read', 'activity:write', 'activity:export'] as const
  const authorize = staticTokens({ 'a-long-token': { id: 'ci', workspaces: ['acme'], permissions } })
  const served = await serveLog(createMemoryTrail<Request>({ authorize }))
  const { stdout } = await promisify(execFile)(process.execPath, [place.javascript('packages/client/README.md')], {
    cwd: place.folder,
    env: { ...process.env, NODE_PATH: MODULES, PORT: new URL(served.origin).port },
    timeout: 25_000,
  }).finally(() => served.stop())
  const [followed, first, second, line = ''] = stdout.split('\n')
  expect([followed, first, second]).toEqual(['env.stop env_1', 'env.stop', 'env.create'])
  expect(JSON.parse(line)).toMatchObject({ action: 'env.stop', context: { recorded_by: { id: 'ci' } } })
})

it('the testkit example passes under Jest', () => {
  place.javascript('packages/testkit/README.md', 'example.test.js')
  writeFileSync(join(place.folder, 'jest.config.json'), '{}')
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(MODULES, 'jest/bin/jest.js'), '--rootDir', place.folder],
    {
      cwd: place.folder,
      env: { ...process.env, NODE_PATH: MODULES },
      encoding: 'utf8',
      timeout: 25_000,
    },
  )
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('2 passed') as string })
})
