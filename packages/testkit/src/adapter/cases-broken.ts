import { once } from 'node:events'
import { connect } from 'node:http2'
import { Readable } from 'node:stream'
import { identify, requestText } from './client'
import { assertStatus, idOf, type CaseDefinition } from './outcome-case'

/** Requests that one side breaks off: clients that leave, streams that fail, answers that come too late. */
export const brokenCases: readonly CaseDefinition[] = [
  {
    name: 'never answers, and the client leaves',
    routes: [
      { method: 'get', path: '/api/walls/:id', handle: (exchange, { signals }) => signals.tell(idOf(exchange.req)) },
    ],
    play: async (client, id, { signals }) => {
      const outgoing = client.start({ id, path: `/api/walls/${id}` })
      await signals.hear(id)
      outgoing.destroy()
    },
    expected: (id) => [aborted(id, 'wall.read', undefined)],
  },
  {
    name: 'goes on after the client has left, and commits',
    routes: [
      {
        method: 'post',
        path: '/api/orders',
        handle: async (exchange, { signals }) => {
          const id = idOf(exchange.req)
          const left = once(exchange.res, 'close')
          signals.tell(id)
          await left
          exchange.annotate({ resource: { type: 'order', id }, details: { committed: true } })
          exchange.send(201, { id })
          signals.tell(`${id} done`)
        },
      },
    ],
    play: async (client, id, { signals }) => {
      const outgoing = client.start({ id, method: 'POST', path: '/api/orders', body: {} })
      await signals.hear(id)
      outgoing.destroy()
      await signals.hear(`${id} done`)
    },
    expected: (id) => [{ ...aborted(id, 'order.create', undefined), resource_id: id, details: { committed: true } }],
  },
  {
    name: 'streams on while the client leaves',
    routes: [
      {
        method: 'get',
        path: '/api/rivers/:id',
        handle: (exchange) => exchange.stream(endless(), 'application/octet-stream'),
      },
    ],
    play: async (client, id) => {
      const outgoing = client.start({ id, path: `/api/rivers/${id}` })
      const [response] = (await once(outgoing, 'response')) as [NodeJS.ReadableStream]
      await once(response, 'data')
      outgoing.destroy()
    },
    expected: (id) => [aborted(id, 'river.read', 200)],
  },
  {
    name: 'sends a stream that fails half way',
    routes: [
      {
        method: 'get',
        path: '/api/bridges/:id',
        handle: (exchange) => exchange.stream(failing(), 'application/octet-stream'),
      },
    ],
    play: async (client, id) => {
      const outgoing = client.start({ id, path: `/api/bridges/${id}` })
      const [response] = (await once(outgoing, 'response')) as [NodeJS.ReadableStream]
      await closed(response.resume())
    },
    expected: (id) => [{ ...aborted(id, 'bridge.read', 200), result: 'failure' }],
  },
  {
    name: 'throws after it has begun to write',
    routes: [
      {
        method: 'get',
        path: '/api/towers/:id',
        handle: async (exchange) => {
          exchange.raw().write('the first floor')
          await new Promise((resolve) => setTimeout(resolve, 5))
          throw new Error('it falls')
        },
      },
    ],
    play: async (client, id) => {
      const outgoing = client.start({ id, path: `/api/towers/${id}` })
      const [response] = (await once(outgoing, 'response')) as [NodeJS.ReadableStream]
      await closed(response.resume())
    },
    expected: (id) => [{ ...aborted(id, 'tower.read', 200), result: 'failure' }],
  },
  {
    name: 'is not reached, since the client leaves in the middle of its body',
    routes: [{ method: 'post', path: '/api/halves', handle: (exchange) => exchange.send(201) }],
    play: async (client, id) => {
      const socket = await client.open()
      const headers = { 'content-type': 'application/json', 'content-length': '100' }
      socket.write(`${requestText('POST /api/halves HTTP/1.1', id, headers)}{"half":`)
      await new Promise((resolve) => setTimeout(resolve, 10))
      socket.destroy()
    },
    expected: (id) => [
      {
        ...aborted(id, 'http.unmatched', undefined),
        routed_action: 'halve.create',
        details: { path: '/api/halves' },
      },
    ],
  },
  {
    name: 'takes too long, and its own timer answers 503',
    routes: [
      {
        method: 'get',
        path: '/api/snails/:id',
        handle: (exchange) => {
          setTimeout(() => exchange.send(503, { error: 'too slow' }), 5)
        },
      },
    ],
    play: async (client, id) => assertStatus(await client.fetch({ id, path: `/api/snails/${id}` }), 503),
    expected: (id) => [{ ...aborted(id, 'snail.read', 503), result: 'failure' }],
  },
  {
    name: 'takes too long, and the server closes the connection',
    routes: [
      { method: 'get', path: '/api/glaciers/:id', handle: (exchange) => void exchange.req.socket.setTimeout(5) },
    ],
    play: async (client, id) => {
      await closed(client.start({ id, path: `/api/glaciers/${id}` }))
    },
    expected: (id) => [{ ...aborted(id, 'glacier.read', undefined), result: 'failure' }],
  },
  {
    name: 'loses its client over HTTP/2',
    http2: true,
    routes: [
      {
        method: 'get',
        path: '/api/ropes/:id',
        handle: (exchange, { signals }) => {
          const id = idOf(exchange.req)
          exchange.res.once('close', () => signals.tell(`${id} closed`))
          signals.tell(id)
        },
      },
    ],
    play: async (client, id, { signals }) => {
      const session = connect(`http://127.0.0.1:${client.http2Port}`)
      session.on('error', () => undefined)
      const stream = session.request({ ':path': `/api/ropes/${id}`, ...identify(id) })
      stream.on('error', () => undefined)
      await signals.hear(id)
      stream.close(8) // CANCEL
      await signals.hear(`${id} closed`)
      session.close()
    },
    expected: (id) => [aborted(id, 'rope.read', undefined)],
  },
]

/** Resolves when it is over, well or not; `once` would reject for an error on the way. */
function closed(emitter: NodeJS.EventEmitter): Promise<void> {
  emitter.on('error', () => undefined)
  return new Promise((resolve) => emitter.once('close', resolve))
}

function endless(): Readable {
  return new Readable({
    read() {
      setImmediate(() => this.push('water '.repeat(100)))
    },
  })
}

function failing(): Readable {
  let pieces = 0
  return new Readable({
    read() {
      pieces++
      if (pieces < 3) this.push('a piece ')
      else setTimeout(() => this.destroy(new Error('the far side is missing')), 5)
    },
  })
}

function aborted(id: string, action: string, status: number | undefined) {
  return { request_id: id, action, result: 'aborted' as const, status_code: status, actor_id: `user-${id}` }
}
