import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http'
import { once } from 'node:events'
import { createConnection, type AddressInfo } from 'node:net'

import { send, toApiRequest } from './node'

function incoming(url: string, originalUrl?: string): IncomingMessage {
  return { method: 'get', url, originalUrl, headers: { host: 'x', 'x-two': ['a', 'b'] } } as unknown as IncomingMessage
}

describe('toApiRequest', () => {
  it.each([
    ['/api/v1/activity?a=1', '/api/v1', '/activity', 'a=1'],
    ['/api/v1', '/api/v1', '/', ''],
    ['/api/v1?x=1', '/api/v1', '/', 'x=1'],
    ['/api/v10/activity', '/api/v1', '/api/v10/activity', ''],
    ['/activity', '', '/activity', ''],
    ['http://example.com/api/v1/activity?a=%20b', '/api/v1', '/activity', 'a=+b'],
    ['http://example.com', '', '/', ''],
    ['/activity?a=1#b?c', '', '/activity', 'a=1'],
    ['/activity?a=1?b=2', '', '/activity', 'a=1%3Fb%3D2'],
    ['*', '', '*', ''],
    ['?a=1', '', '/', 'a=1'],
    ['', '', '/', ''],
    ['//evil.example/activity', '', '//evil.example/activity', ''],
  ])('reads %s below %p as %s', (url, basePath, path, query) => {
    const seen = toApiRequest(incoming(url), { basePath })
    expect(seen.path).toBe(path)
    expect(seen.query.toString()).toBe(query)
    expect(seen.mount).toBe(basePath)
  })

  it('reads what a router has shortened', () => {
    expect(toApiRequest(incoming('/activity?a=1', '/api/v1/activity?a=1'), { basePath: '/api/v1' }).path).toBe(
      '/activity',
    )
    expect(toApiRequest(incoming('/api/v1/x', '/api/v1/api/v1/x'), { basePath: '/api/v1' }).path).toBe('/api/v1/x')
  })

  it('gives method, headers and the framework request', () => {
    const req = incoming('/')
    expect(toApiRequest(req)).toMatchObject({ method: 'GET', headers: { host: 'x', 'x-two': 'a, b' }, native: req })
    expect(toApiRequest(req, { native: 7 }).native).toBe(7)
    expect(toApiRequest(req).headers.constructor).toBeUndefined()
  })
})

describe('send', () => {
  const response = { status: 200, headers: { 'content-type': 'text/plain', 'content-length': '2' }, body: 'ok' }

  async function serve(listener: RequestListener): Promise<{ port: number; stop: () => Promise<void> }> {
    const server = createServer(listener)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const stop = async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    return { port, stop }
  }

  it('writes status, headers and body, and no body for HEAD', async () => {
    const { port, stop } = await serve((_req, res) => send(res, response))
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('ok')
    const head = httpRequest({ port, method: 'HEAD', host: '127.0.0.1' }).end()
    const [answer] = (await once(head, 'response')) as [IncomingMessage]
    expect(answer.headers['content-length']).toBe('2')
    answer.resume()
    await once(answer, 'end')
    await stop()
  })

  it('does nothing when somebody has answered already', async () => {
    const { port, stop } = await serve((_req, res) => {
      res.end('first')
      send(res, response)
    })
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('first')
    await stop()
  })

  it('survives a client that has gone', async () => {
    let answered = false
    const { port, stop } = await serve((req, res) => {
      req.socket.on('close', () => {
        send(res, { ...response, headers: {}, body: Buffer.alloc(1_000_000) })
        answered = true
      })
    })
    const socket = createConnection(port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(socket, 'connect')
    socket.destroy()
    const deadline = Date.now() + 5_000
    while (!answered && Date.now() < deadline) await new Promise(setImmediate)
    expect(answered).toBe(true)
    await stop()
  })

  it('closes the connection rather than throw on headers that cannot be sent', async () => {
    const { port, stop } = await serve((_req, res) => send(res, { ...response, headers: { 'x-bad': 'a\r\nb' } }))
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow()
    await stop()
  })
})
