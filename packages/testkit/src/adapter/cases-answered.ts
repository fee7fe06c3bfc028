import { once } from 'node:events'
import { Agent } from 'node:http'
import { connect } from 'node:http2'
import { identify, requestText } from './client'
import { assertStatus, idOf, type CaseDefinition } from './outcome-case'

/** Requests that are answered: statuses below 400, methods, versions of HTTP, connections. */
export const answeredCases: readonly CaseDefinition[] = [
  {
    name: 'answers a read',
    routes: [{ method: 'get', path: '/api/books/:id', handle: (exchange) => exchange.send(200, { id: 'b' }) }],
    play: async (client, id) => assertStatus(await client.fetch({ id, path: `/api/books/${id}` }), 200),
    expected: (id) => [
      {
        ...success(id, 'book.read', 200),
        verb: 'READ',
        resource_type: 'book',
        resource_id: id,
        context: { method: 'GET', route: '/api/books/:id', path: `/api/books/${id}` },
      },
    ],
  },
  {
    name: 'answers a list',
    routes: [{ method: 'get', path: '/api/pages', handle: (exchange) => exchange.send(200, []) }],
    play: async (client, id) => assertStatus(await client.fetch({ id, path: '/api/pages?limit=5' }), 200),
    expected: (id) => [{ ...success(id, 'page.list', 200), resource_type: 'page', resource_id: undefined }],
  },
  {
    name: 'creates, answers 201',
    routes: [{ method: 'post', path: '/api/authors', handle: (exchange) => exchange.send(201, { id: 'a' }) }],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'POST', path: '/api/authors', body: { name: 'A' } }), 201)
    },
    expected: (id) => [{ ...success(id, 'author.create', 201), verb: 'CREATE' }],
  },
  {
    name: 'updates',
    routes: [{ method: 'patch', path: '/api/authors/:id', handle: (exchange) => exchange.send(200, { id: 'a' }) }],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'PATCH', path: `/api/authors/${id}`, body: {} }), 200)
    },
    expected: (id) => [{ ...success(id, 'author.update', 200), resource_id: id }],
  },
  {
    name: 'deletes, answers 204',
    routes: [{ method: 'delete', path: '/api/authors/:id', handle: (exchange) => exchange.send(204) }],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'DELETE', path: `/api/authors/${id}` }), 204)
    },
    expected: (id) => [{ ...success(id, 'author.delete', 204), resource_id: id }],
  },
  {
    name: 'is asked by HEAD',
    routes: [{ method: 'get', path: '/api/covers/:id', handle: (exchange) => exchange.send(200, 'a cover') }],
    play: async (client, id) => {
      assertStatus(await client.fetch({ id, method: 'HEAD', path: `/api/covers/${id}` }), 200)
    },
    expected: (id) => [{ ...success(id, 'cover.read', 200), context: { method: 'HEAD' } }],
  },
  {
    name: 'answers 304, not modified',
    routes: [{ method: 'get', path: '/api/editions/:id', handle: (exchange) => exchange.send(304) }],
    play: async (client, id) => {
      const headers = { 'if-none-match': '"1"' }
      assertStatus(await client.fetch({ id, path: `/api/editions/${id}`, headers }), 304)
    },
    expected: (id) => [success(id, 'edition.read', 304)],
  },
  {
    name: 'redirects',
    routes: [{ method: 'get', path: '/api/moves/:id', handle: (exchange) => exchange.redirect('/elsewhere') }],
    play: async (client, id) => assertStatus(await client.fetch({ id, path: `/api/moves/${id}` }), 302),
    expected: (id) => [success(id, 'move.read', 302)],
  },
  {
    name: 'is asked over HTTP/1.0',
    routes: [{ method: 'get', path: '/api/scrolls/:id', handle: (exchange) => exchange.send(200, 'old') }],
    play: async (client, id) => {
      const socket = await client.open()
      socket.write(requestText(`GET /api/scrolls/${id} HTTP/1.0`, id))
      await once(socket.resume(), 'close')
    },
    expected: (id) => [success(id, 'scroll.read', 200)],
  },
  {
    name: 'gets three requests in one packet',
    routes: [{ method: 'get', path: '/api/parcels/:id', handle: (exchange) => exchange.send(200, 'one of three') }],
    play: async (client, id) => {
      const socket = await client.open()
      const last = { connection: 'close' }
      const texts = [1, 2, 3].map((part) =>
        requestText(`GET /api/parcels/${id} HTTP/1.1`, `${id}-${part}`, part === 3 ? last : {}),
      )
      socket.write(texts.join(''))
      await once(socket.resume(), 'close')
    },
    expected: (id) => [1, 2, 3].map((part) => success(`${id}-${part}`, 'parcel.read', 200)),
  },
  {
    name: 'gets three requests one after the other on one connection, of which the first is annotated',
    routes: [
      {
        method: 'get',
        path: '/api/trains/:id',
        handle: async (exchange) => {
          if (idOf(exchange.req).endsWith('-1')) exchange.annotate({ details: { first: true } })
          await new Promise((resolve) => setImmediate(resolve))
          exchange.send(200, 'next')
        },
      },
    ],
    play: async (client, id) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (const part of [1, 2, 3]) {
        assertStatus(await client.fetch({ id: `${id}-${part}`, path: `/api/trains/${id}`, agent }), 200)
      }
      agent.destroy()
    },
    expected: (id) =>
      [1, 2, 3].map((part) => ({
        ...success(`${id}-${part}`, 'train.read', 200),
        details: { first: part === 1 ? true : undefined },
      })),
  },
  {
    name: 'gets its body after 100 Continue',
    routes: [{ method: 'post', path: '/api/uploads', handle: (exchange) => exchange.send(201) }],
    play: async (client, id) => {
      const socket = await client.open()
      const headers = { expect: '100-continue', 'content-type': 'application/json', 'content-length': '2' }
      socket.write(requestText('POST /api/uploads HTTP/1.1', id, { ...headers, connection: 'close' }))
      await once(socket, 'data')
      socket.write('{}')
      await once(socket.resume(), 'close')
    },
    expected: (id) => [success(id, 'upload.create', 201)],
  },
  {
    name: 'streams events until the client has enough',
    routes: [
      {
        method: 'get',
        path: '/api/feeds/:id',
        handle: (exchange, { signals }) => {
          const res = exchange.raw()
          res.writeHead(200, { 'content-type': 'text/event-stream' })
          res.write('data: 1\n\n')
          res.once('close', () => signals.tell(`${idOf(exchange.req)} closed`))
        },
      },
    ],
    play: async (client, id, { signals }) => {
      const outgoing = client.start({ id, path: `/api/feeds/${id}` })
      const [response] = (await once(outgoing, 'response')) as [NodeJS.ReadableStream]
      await once(response, 'data')
      outgoing.destroy()
      await signals.hear(`${id} closed`)
    },
    expected: (id) => [success(id, 'feed.read', 200)],
  },
  {
    name: 'is asked over HTTP/2',
    http2: true,
    routes: [{ method: 'get', path: '/api/threads/:id', handle: (exchange) => exchange.send(200, 'two') }],
    play: async (client, id) => {
      const session = connect(`http://127.0.0.1:${client.http2Port}`)
      session.on('error', () => undefined)
      const stream = session.request({ ':path': `/api/threads/${id}`, ...identify(id) })
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
      assertStatus({ status: Number(headers[':status']) }, 200)
      await once(stream.resume(), 'close')
      session.close()
    },
    expected: (id) => [success(id, 'thread.read', 200)],
  },
]

function success(id: string, action: string, status: number) {
  return { request_id: id, action, result: 'success' as const, status_code: status, actor_id: `user-${id}` }
}
