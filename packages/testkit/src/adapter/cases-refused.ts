import { once } from 'node:events'
import { REFUSE_HEADER } from './case-app'
import { assertStatus, type CaseDefinition } from './outcome-case'

/** Requests that are answered with an error: by a guard, a parser, a handler, the framework or nobody. */
export const refusedCases: readonly CaseDefinition[] = [
  {
    name: 'throws',
    routes: [
      {
        method: 'get',
        path: '/api/vases/:id',
        handle: () => {
          throw new Error('broken')
        },
      },
    ],
    play: async (client, id) => assertStatus(await client.fetch({ id, path: `/api/vases/${id}` }), 500),
    expected: (id) => [{ ...failure(id, 'vase.read', 500), resource_id: id }],
  },
  {
    name: 'rejects after it has waited',
    routes: [
      {
        method: 'post',
        path: '/api/vases',
        handle: async (exchange) => {
          await new Promise((resolve) => setImmediate(resolve))
          exchange.annotate({ details: { tried: true } })
          throw new Error('broken later')
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/vases', body: {} }), 500)
    },
    expected: (id) => [{ ...failure(id, 'vase.create', 500), details: { tried: true } }],
  },
  {
    name: 'hands an error of status 503 to the framework',
    routes: [{ method: 'get', path: '/api/queues/:id', handle: (exchange) => exchange.fail(withStatus(503)) }],
    play: async (client, id) => assertStatus(await client.fetch({ id, path: `/api/queues/${id}` }), 503),
    expected: (id) => [failure(id, 'queue.read', 503)],
  },
  {
    name: 'hands an error of status 403 to the framework',
    routes: [{ method: 'delete', path: '/api/queues/:id', handle: (exchange) => exchange.fail(withStatus(403)) }],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'DELETE', path: `/api/queues/${id}` }), 403)
    },
    expected: (id) => [{ ...failure(id, 'queue.delete', 403), result: 'denied' }],
  },
  {
    name: 'finds nothing under that id, answers 404',
    routes: [{ method: 'get', path: '/api/ghosts/:id', handle: (exchange) => exchange.send(404, { error: 'none' }) }],
    play: async (client, id) => assertStatus(await client.fetch({ id, path: `/api/ghosts/${id}` }), 404),
    expected: (id) => [{ ...failure(id, 'ghost.read', 404), resource_id: id }],
  },
  {
    name: 'finds the request invalid, answers 400',
    routes: [
      {
        method: 'patch',
        path: '/api/ghosts/:id',
        handle: (exchange) => {
          exchange.annotate({ details: { invalid: ['title'] } })
          exchange.send(400, { error: 'title' })
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'PATCH', path: `/api/ghosts/${id}`, body: {} }), 400)
    },
    expected: (id) => [{ ...failure(id, 'ghost.update', 400), details: { invalid: ['title'] } }],
  },
  {
    name: 'answers a conflict, 409',
    routes: [{ method: 'post', path: '/api/ghosts', handle: (exchange) => exchange.send(409) }],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/ghosts', body: {} }), 409)
    },
    expected: (id) => [failure(id, 'ghost.create', 409)],
  },
  ...([401, 403] as const).map((status): CaseDefinition => {
    const path = `/api/vaults${status}`
    return {
      name: `is kept from the request by its route's guard, ${status}`,
      routes: [{ method: 'get', path: `${path}/:id`, guarded: status, handle: (exchange) => exchange.send(200) }],
      play: async (client, id) => assertStatus(await client.fetch({ id, path: `${path}/${id}` }), status),
      expected: (id) => [{ request_id: id, action: `vaults${status}.read`, result: 'denied', status_code: status }],
    }
  }),
  {
    name: "is kept from the request by the application's guard",
    routes: [{ method: 'get', path: '/api/doors/:id', handle: (exchange) => exchange.send(200) }],
    play: async (client, id) => {
      const headers = { [REFUSE_HEADER]: '401' }
      assertStatus(await client.fetch({ id, path: `/api/doors/${id}`, headers }), 401)
    },
    expected: (id) => [
      {
        ...failure(id, 'http.unmatched', 401),
        routed_action: 'door.read',
        result: 'denied',
        details: { path: `/api/doors/${id}` },
      },
    ],
  },
  {
    name: 'does not exist, for a POST',
    routes: [],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: `/nowhere/${id}`, body: {} }), 404)
    },
    expected: (id) => [{ ...failure(id, 'http.unmatched', 404), details: { path: `/nowhere/${id}` } }],
  },
  {
    name: 'does not exist, for a GET, which leaves no event',
    routes: [],
    play: async (client, id) => assertStatus(await client.fetch({ id, path: `/nowhere/${id}` }), 404),
    expected: () => [],
  },
  {
    name: 'is not reached, since the body is no JSON',
    routes: [{ method: 'post', path: '/api/letters', handle: (exchange) => exchange.send(201) }],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/letters', body: '{"no' }), 400)
    },
    expected: (id) => [
      {
        ...failure(id, 'http.unmatched', 400),
        routed_action: 'letter.create',
        details: { path: '/api/letters' },
      },
    ],
  },
  {
    name: 'is not reached, since the body is too large',
    routes: [{ method: 'post', path: '/api/crates', handle: (exchange) => exchange.send(201) }],
    play: async (client, id) => {
      const body = { text: 'x'.repeat(5_000) }
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/crates', body }), 413)
    },
    expected: (id) => [{ ...failure(id, 'http.unmatched', 413), routed_action: 'crate.create' }],
  },
  {
    name: 'is not reached, since the request is no HTTP, which leaves no event',
    routes: [],
    play: async (client) => {
      const socket = await client.open()
      socket.write('GARBAGE / THIS IS NOT HTTP\r\n\r\n')
      await once(socket.resume(), 'close')
    },
    expected: () => [],
  },
  {
    name: 'has refused a log-in',
    routes: [
      {
        method: 'post',
        path: '/api/auth/login',
        handle: (exchange) => {
          exchange.annotate({ actor: { type: 'user', email: 'who@example.com' } })
          exchange.send(401, { error: 'no' })
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/auth/login', body: {} }), 401)
    },
    expected: (id) => [
      {
        request_id: id,
        action: 'auth.login',
        verb: 'LOGIN_FAILED',
        result: 'denied',
        status_code: 401,
        actor_id: undefined,
        actor_email: 'who@example.com',
      },
    ],
  },
]

function withStatus(status: number): Error {
  return Object.assign(new Error(`status ${status}`), { status, statusCode: status })
}

function failure(id: string, action: string, status: number) {
  return { request_id: id, action, result: 'failure' as const, status_code: status, actor_id: `user-${id}` }
}
