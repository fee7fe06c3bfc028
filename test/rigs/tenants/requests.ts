import type { Endpoint } from '../badinput/endpoints'
import type { Random } from '../runner/random'
import { type Reader, READERS, WORKSPACES } from './world'

/** What a reader could know of other tenants: their events' ids, and cursors out of their lists. */
export interface Loot {
  readonly ids: readonly { readonly id: string; readonly workspace: string }[]
  readonly cursors: readonly string[]
}

/** One request across tenants. */
export interface CrossRequest {
  readonly reader: Reader
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  /** The workspace of the event that it asks for by id. */
  readonly wants?: string
}

const FILTERS = ['user_id=u1', 'action=*', 'action=issue.*', 'search=owner', 'resource_id=1', 'resource_type=issue', 'ip_address=10.0.0.7', 'status=SUCCESS', 'user_email=u1%40example.com', 'actor=user:u1', 'user=u1', 'limit=200', 'offset=3', 'offset=100000', 'since=7d', 'result=success', 'resource=1', 'project=x', 'format=ndjson', 'format=csv'] // prettier-ignore
const NAMES = [...WORKSPACES, '*', 'default', 'nobody', ' acme', 'acme ', 'acme\t', 'acme/../beta', '..', 'beta\0', "acme' or '1'='1", '{acme,beta}', 'acme,beta', '%', '_'] // prettier-ignore
const PARAMETERS = ['workspace', 'workspace', 'workspace_id', 'ws_id', 'tenant', 'workspace[]', 'Workspace', 'filter']
const HEADERS = ['x-workspace', 'x-workspace-id', 'x-tenant-id', 'x-actrail-workspace', 'x-original-url', 'x-rewrite-url', 'x-forwarded-prefix', 'cookie', 'x-user'] // prettier-ignore

/** A generated request: one of the readers asks an endpoint for what is perhaps another tenant's, in every way there is. */
export function crossRequest(endpoints: readonly Endpoint[], loot: Loot, random: Random): CrossRequest {
  const { path, parameters } = random.pick(endpoints)
  // Most questions are ones that the endpoint knows: a refusal for its form shows nothing.
  const names = new Set(parameters.map(({ name }) => name))
  const fits = (pair: string): boolean => names.has(pair.split('=', 1)[0] ?? '') || random.next() < 0.05
  const reader = random.pick(READERS)
  const found = random.pick(loot.ids)
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(name, found.id, random))
  const query = Array.from({ length: random.between(0, 3) }, () => questionOf(loot, random)).filter(fits)
  const odd = random.next() < 0.1 ? { [random.pick(HEADERS)]: encoded(random.pick(WORKSPACES), random) } : {}
  return {
    reader,
    target: query.length > 0 ? `${filled}?${query.join('&')}` : filled,
    headers: { authorization: `Bearer ${reader.token}`, ...odd },
    ...(path.includes('{id}') && query.length === 0 && { wants: found.workspace }),
  }
}

function segmentOf(name: string, id: string, random: Random): string {
  if (name === 'id') return random.pick([id, id.toUpperCase(), id.replace('evt_', ''), encodeURIComponent(id)])
  if (name === 'ws_id') return encoded(random.pick(NAMES), random)
  return name === 'user_id' ? `u${random.between(0, 4)}` : String(random.between(0, 5))
}

function questionOf({ cursors }: Loot, random: Random): string {
  const kind = random.between(0, 9)
  if (kind < 4) return `${random.pick(PARAMETERS)}=${encoded(random.pick(NAMES), random)}`
  if (kind < 6) return `cursor=${encodeURIComponent(random.pick(cursors))}`
  return random.pick(FILTERS)
}

/** The same text in one of the ways in which it can be sent. */
function encoded(text: string, random: Random): string {
  const plain = encodeURIComponent(text)
  const kind = random.between(0, 5)
  if (kind === 0) return Buffer.from(text).reduce((all, byte) => `${all}%${byte.toString(16).padStart(2, '0')}`, '')
  if (kind === 1) return encodeURIComponent(plain)
  return kind === 2 ? plain.replaceAll('%20', '+') : plain
}
