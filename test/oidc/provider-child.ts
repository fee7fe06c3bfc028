import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateKeyPairSync } from 'node:crypto'
import { serveParent } from '../rigs/runner/parent'

const HOUR = 3_600

/** A certified OpenID Connect provider on a port of its own, whose keys and lifetimes the test changes. */
async function main(): Promise<void> {
  let handler: RequestListener = (_req, res) => res.writeHead(503).end()
  const server = createServer((req, res) => handler(req, res))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { default: Provider } = await import('oidc-provider')
  const use = (lifetime: number): void => {
    const serve = new Provider(issuer, configuration(newKey(), lifetime)).callback()
    handler = (req, res) => void serve(req, res)
  }
  use(HOUR)
  serveParent({ rotate: () => use(HOUR), shorten: (seconds: number) => use(seconds) }, issuer)
}

let keys = 0

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: `key-${++keys}` }
}

function configuration(key: ReturnType<typeof newKey>, lifetime: number) {
  return {
    jwks: { keys: [key as never] },
    clients: [
      {
        client_id: 'reporter',
        client_secret: 'known to the test',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ['activity:read', 'activity:export'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: 'activity:read activity:export',
          audience: resource,
          accessTokenFormat: 'jwt' as const,
          accessTokenTTL: lifetime,
          jwt: { sign: { alg: 'RS256' as const } },
        }),
      },
    },
    extraTokenClaims: () => ({ org_id: 'acme' }),
  }
}

void main()
