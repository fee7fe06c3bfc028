import { annotate, reason, skip, withActor } from '@actrail/core'
import { assertStatus, idOf, type CaseDefinition } from './outcome-case'

/** Requests whose handlers, or what they call, say more about the event, or that there shall be none. */
export const annotatedCases: readonly CaseDefinition[] = [
  {
    name: 'is annotated by a service that knows no request, after awaits and timers',
    routes: [
      {
        method: 'patch',
        path: '/api/issues/:id',
        handle: async (exchange) => {
          await closeIssue(idOf(exchange.req))
          exchange.send(200, {})
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'PATCH', path: `/api/issues/${id}`, body: {} }), 200)
    },
    expected: (id) => [
      {
        ...success(id, 'issue.closed', 200),
        resource_type: 'issue',
        resource_id: id,
        resource_name: 'An issue',
        issue_id: id,
        project: 'p1',
        details: { of: id },
        changes: { state: { old: 'open', new: 'closed' } },
      },
    ],
  },
  {
    name: 'is annotated from a callback pool by the explicit form',
    routes: [
      {
        method: 'post',
        path: '/api/mails',
        handle: (exchange, { pool }) => {
          const id = idOf(exchange.req)
          pool.run(() => {
            exchange.annotate({ resource: { type: 'mail', id }, details: { of: id } })
            exchange.send(202)
          })
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/mails', body: {} }), 202)
    },
    expected: (id) => [{ ...success(id, 'mail.create', 202), resource_id: id, details: { of: id } }],
  },
  {
    name: 'has its action declared beside the route',
    routes: [
      {
        method: 'post',
        path: '/api/things',
        audited: { action: 'thing.invented', resourceType: 'thing' },
        handle: (exchange) => exchange.send(201),
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/things', body: {} }), 201)
    },
    expected: (id) => [{ ...success(id, 'thing.invented', 201), resource_type: 'thing' }],
  },
  {
    name: 'throws, although its action is declared beside the route',
    routes: [
      {
        method: 'delete',
        path: '/api/things/:id',
        audited: { action: 'thing.dropped', resourceType: 'thing' },
        handle: () => {
          throw new Error('not dropped')
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'DELETE', path: `/api/things/${id}` }), 500)
    },
    expected: (id) => [{ ...success(id, 'thing.dropped', 500), result: 'failure' }],
  },
  {
    name: 'skips itself and succeeds, which leaves no event',
    routes: [
      {
        method: 'get',
        path: '/api/pings/:id',
        handle: (exchange) => {
          skip()
          exchange.send(200)
        },
      },
    ],
    play: async (client, id) => assertStatus(await client.fetch({ id, path: `/api/pings/${id}` }), 200),
    expected: () => [],
  },
  {
    name: 'skips itself and fails, which is kept',
    routes: [
      {
        method: 'post',
        path: '/api/pings',
        handle: () => {
          skip()
          throw new Error('no pong')
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/pings', body: {} }), 500)
    },
    expected: (id) => [{ ...success(id, 'ping.create', 500), result: 'failure' }],
  },
  {
    name: 'says why',
    routes: [
      {
        method: 'delete',
        path: '/api/accounts/:id',
        handle: async (exchange) => {
          await Promise.resolve()
          reason('ticket 42')
          exchange.send(204)
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'DELETE', path: `/api/accounts/${id}` }), 204)
    },
    expected: (id) => [{ ...success(id, 'account.delete', 204), details: { reason: 'ticket 42' } }],
  },
  {
    name: 'answers 200 and says itself that it was denied',
    routes: [
      {
        method: 'post',
        path: '/api/votes',
        handle: (exchange) => {
          annotate({ result: 'denied' })
          exchange.send(200, { counted: false })
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/votes', body: {} }), 200)
    },
    expected: (id) => [{ ...success(id, 'vote.create', 200), result: 'denied' }],
  },
  {
    name: 'annotates after its end, which changes nothing',
    routes: [
      {
        method: 'get',
        path: '/api/stars/:id',
        handle: (exchange, { signals }) => {
          exchange.res.once('close', () => {
            const taken = exchange.annotate({ details: { late: true } })
            signals.tell(taken ? 'a late annotation was taken' : `${idOf(exchange.req)} refused`)
          })
          exchange.send(200)
        },
      },
    ],
    play: async (client, id, { signals }) => {
      assertStatus(await client.fetch({ id, path: `/api/stars/${id}`, headers: { connection: 'close' } }), 200)
      await signals.hear(`${id} refused`)
    },
    expected: (id) => [{ ...success(id, 'star.read', 200), details: { late: undefined } }],
  },
  {
    name: 'records an event of its own, of which the request is the background',
    routes: [
      {
        method: 'post',
        path: '/api/exports',
        handle: async (exchange) => {
          await exchange.record({ action: 'export.started' })
          const agent = { type: 'agent', id: 'exporter' }
          await withActor(agent, () => exchange.record({ action: 'export.ended' }))
          exchange.send(202)
        },
      },
    ],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/exports', body: {} }), 202)
    },
    expected: (id) => [
      success(id, 'export.create', 202),
      { ...success(id, 'export.started', 0), status_code: undefined },
      { ...success(id, 'export.ended', 0), status_code: undefined, actor_type: 'agent', actor_id: 'exporter' },
    ],
  },
]

async function closeIssue(id: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1))
  annotate({ action: 'issue.closed', resource: { type: 'issue', id, name: 'An issue' } })
  await Promise.resolve()
  annotate({ project: 'p1', details: { of: id }, changes: { state: { old: 'open', new: 'closed' } } })
}

function success(id: string, action: string, status: number) {
  return { request_id: id, action, result: 'success' as const, status_code: status, actor_id: `user-${id}` }
}
