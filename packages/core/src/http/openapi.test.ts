import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'

import { serveApi, type ServedApi } from '../../../../test/http/serve-api'
import { openApiDocument } from './openapi'
import { isProblemCode, statusOf } from './problem'
import { ROUTES } from './routes/table'
import { staticTokens } from './static-tokens'

interface Operation {
  readonly operationId: string
  readonly parameters: readonly {
    name: string
    in: string
    required: boolean
    description: string
    example: unknown
    schema: object
  }[]
  readonly responses: Readonly<Record<string, { content: Readonly<Record<string, { schema: { $ref?: string } }>> }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const document = openApiDocument(ROUTES) as unknown as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

const ajv = new Ajv2020({ strict: false })
addFormats(ajv)
ajv.addSchema(document, 'api')

const methodOf = (path: string): string => operations.find((one) => one.path === path)?.method ?? 'get'

/** What is wrong with a value as an answer, by a validator that has nothing to do with the one that made the schema. */
function misfit(path: string, status: number, value: unknown): string | undefined {
  const media = status < 300 ? 'application~1json' : 'application~1problem+json'
  const place = path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
  const validate = ajv.getSchema(`api#/paths/${place}/${methodOf(path)}/responses/${status}/content/${media}/schema`)
  return validate?.(value) === true ? undefined : ajv.errorsText(validate?.errors)
}

it('is a valid OpenAPI 3.1 document to an independent validator', () => {
  const program = join(__dirname, '../../../../scripts/validate-openapi.ts')
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program], {
    input: JSON.stringify(document),
  })
  expect(stderr.toString()).toBe('')
  expect(JSON.parse(stdout.toString())).toEqual({ valid: true, version: '3.1' })
})

it('names each operation once', () => {
  const names = operations.map(({ operation }) => operation.operationId)
  expect(new Set(names).size).toBe(names.length)
  expect(operations).toHaveLength(ROUTES.length)
})

it.each(operations.map(({ path, operation }) => [path, operation] as const))(
  'describes each parameter of %s, with an example that it takes',
  (path, operation) => {
    for (const { name, in: place, required, description, example, schema } of operation.parameters) {
      expect({ name, described: /\.$/.test(description) }).toEqual({ name, described: true })
      expect({ name, fits: ajv.validate(schema, example) }).toEqual({ name, fits: true })
      expect(required).toBe(place === 'path')
      expect(path.includes(`{${name}}`)).toBe(place === 'path')
    }
  },
)

it.each([
  ['/workspaces/{ws_id}/activity', 'ws_id limit offset'],
  ['/workspaces/{ws_id}/issues/{issue_id}/activity', 'ws_id issue_id limit offset'],
  ['/users/{user_id}/activity', 'user_id limit offset'],
  [
    '/audit-logs/',
    'limit offset action resource_type resource_id user_id user_email status ip_address start_date end_date search',
  ],
  [
    '/activity',
    'from to since action actor user env project resource_type resource result filter search limit offset cursor',
  ],
  ['/activity/export', 'format from to since action actor user env project resource_type resource result filter'],
  ['/activity/stream', 'action actor user env project resource_type resource result filter'],
])('%s takes %s', (path, parameters) => {
  const known = Object.values(document.paths[path] ?? {}).flatMap((one) => one.parameters.map(({ name }) => name))
  expect(parameters.split(' ').filter((name) => !known.includes(name))).toEqual([])
})

describe('what is answered', () => {
  let served: ServedApi
  const token = 'admin'

  beforeAll(async () => {
    served = await serveApi({
      authorize: staticTokens({
        [token]: { id: 'root', workspaces: ['acme'], permissions: ['activity:admin', 'activity:write'] },
        guest: { id: 'guest', workspaces: [], permissions: [] },
      }),
    })
    served.log.add({ action: 'env.create', workspace_id: 'acme' })
    served.log.add({
      action: 'issue.updated',
      workspace_id: 'acme',
      actor_type: 'agent',
      actor_id: 'u1',
      actor_email: 'a@b.c',
      actor_name: 'A',
      on_behalf_of: { type: 'user', id: 'u2' },
      resource_type: 'issue',
      resource_id: 'i1',
      resource_name: 'Bug',
      issue_id: 'i1',
      project: 'p',
      result: 'failure',
      status_code: 500,
      ip: '::1',
      user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36',
      request_id: 'r',
      trace_id: '0'.repeat(32),
      intent_id: '018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70',
      duration_us: 12,
      context: { a: 1 },
      details: { b: [null] },
      changes: { status: { old: 'open', new: null }, title: 'x' },
    })
    served.log.add({ action: 'auth.login', workspace_id: 'acme', result: 'denied', user_agent: '?' })
  })
  afterAll(() => served.stop())

  const target = (path: string, index: number) =>
    path
      .replace('{ws_id}', 'acme')
      .replace('{issue_id}', 'i1')
      .replace('{user_id}', 'u1')
      .replace('{id}', served.log.events[index]?.id ?? '')

  const ask = (path: string, suffix = '', init: { token?: string } = { token }) => {
    const isPost = methodOf(path) === 'post'
    const told = { method: 'POST', body: '{"action":"a.b"}', headers: { 'content-type': 'application/json' } }
    return served.get(`${target(path, 0)}${suffix}`, { ...init, ...(isPost && told) })
  }

  // A stream has no end to wait for; that each of its events is one of the list's is tested beside it.
  it.each(operations.map(({ path }) => path).filter((path) => !path.endsWith('/stream')))(
    'fits the document: %s',
    async (path) => {
      for (const index of [0, 1, 2]) {
        const asJson = path.endsWith('/export') ? '?format=json' : ''
        const isPost = methodOf(path) === 'post'
        const response = await (isPost ? ask(path) : served.get(`${target(path, index)}${asJson}`, { token }))
        expect(response.status).toBe(isPost ? 201 : 200)
        expect(misfit(path, response.status, await response.json())).toBeUndefined()
      }
    },
  )

  it('would not fit with a member more or less', () => {
    expect(misfit('/audit-logs/', 200, { items: [], total: 0, limit: 50, offset: 0 })).toBeUndefined()
    expect(misfit('/audit-logs/', 200, { items: [], total: 0, limit: 50, offset: 0, more: 1 })).toMatch(/additional/)
    expect(misfit('/audit-logs/', 200, { items: [], limit: 50, offset: 0 })).toMatch(/total/)
    expect(misfit('/workspaces/{ws_id}/activity', 200, [{ id: 'x' }])).toMatch(/workspace_id/)
  })

  it.each(operations.map(({ path }) => path))('documents the refusals of %s', async (path) => {
    const refusals = [
      await ask(path, '?no_such_parameter=1'),
      await ask(path, '?limit=0'),
      await ask(path, '', {}),
      await ask(path, '', { token: 'guest' }),
      await ask(path, '', { token: 'wrong' }),
      ...(path === '/activity/{id}' ? [await served.get('/activity/x', { token })] : []),
    ].filter(({ status }) => status >= 300)
    expect(refusals.length).toBeGreaterThan(0)
    for (const refusal of refusals) {
      const body = (await refusal.json()) as { code: string }
      expect(misfit(path, refusal.status, body)).toBeUndefined()
      expect(JSON.stringify(document.paths[path])).toContain(`\`${body.code}\``)
      expect(isProblemCode(body.code) && statusOf(body.code)).toBe(refusal.status)
    }
  })
})

it('is served to everybody, as it is committed', async () => {
  const served = await serveApi()
  const response = await served.get('/openapi.json')
  expect(response.headers.get('cache-control')).toBe('public, max-age=300')
  expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)))
  await served.stop()
})
