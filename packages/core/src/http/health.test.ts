import { serveApi, type ServedApi } from '../../../../test/http/serve-api'

let served: ServedApi | undefined
afterEach(() => served?.stop())

it('answers 503 while events are being lost, with the same body', async () => {
  served = await serveApi({ health: () => ({ status: 'failing', lost: 3 }) })
  const response = await served.get('/health')
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ status: 'failing' })
  expect((await served.get('/health', { method: 'HEAD' })).status).toBe(503)
})

it.each(['ok', 'degraded'])('answers 200 while the status is %s: events are kept', async (status) => {
  served = await serveApi({ health: () => ({ status }) })
  const response = await served.get('/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status })
})

it('documents both, with the same schema', async () => {
  served = await serveApi()
  type Responses = Record<string, { content: Record<string, { schema: unknown }> }>
  const document = (await (await served.get('/openapi.json')).json()) as {
    paths: Record<string, { get: { responses: Responses } }>
  }
  const { responses } = document.paths['/health']?.get ?? { responses: {} }
  expect(responses['503']?.content['application/json']).toEqual(responses['200']?.content['application/json'])
  expect(responses['503']?.content['application/problem+json']).toBeDefined()
})
