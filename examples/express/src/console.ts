import { setTimeout as wait } from 'node:timers/promises'

const TOKEN = 'demo'
const API = '/api/v1'

interface Entry {
  readonly id: string
  readonly actor_type: string
  readonly actor_id: string | null
  readonly action: string
  readonly details: object
  readonly created_at: string
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Prints what to type. Each line works as it stands and shows events. */
export async function printHow(base: string): Promise<void> {
  const [latest] = await entries(base, 1)
  print(`
The issue tracker listens on ${base}. Its activity log, in the shapes of three well-known systems:
`)
  for (const [what, path] of [
    ['everything in a workspace', '/workspaces/acme/activity?limit=5'],
    ['everything about one issue', '/workspaces/acme/issues/ISS-1/activity'],
    ['what one user did', '/users/alice/activity'],
    ['failed log-ins, as an audit log', '/audit-logs/?action=LOGIN_FAILED'],
    ['all issue actions of the last hour', '/activity?action=issue.*&since=1h&limit=5'],
    ['one event in full', `/activity/${latest?.id ?? ''}`],
  ] as const) {
    print(`  # ${what}\n  curl -s -H 'Authorization: Bearer ${TOKEN}' '${base}${API}${path}'\n`)
  }
  print(
    `The API describes itself at ${base}${API}/openapi.json. Here is what is recorded, as it happens (Ctrl-C stops):\n`,
  )
}

/** Prints each event of the workspace as the log shows it. */
export async function watch(base: string, signal: AbortSignal): Promise<void> {
  const seen = new Set<string>()
  while (!signal.aborted) {
    const fresh = (await entries(base, 50).catch(() => [])).filter(({ id }) => !seen.has(id)).reverse()
    for (const entry of fresh) print(line(entry))
    for (const { id } of fresh) seen.add(id)
    for (const id of seen) if (seen.size > 500) seen.delete(id)
    await wait(500, undefined, { signal }).catch(() => undefined)
  }
}

async function entries(base: string, limit: number): Promise<Entry[]> {
  const response = await fetch(`${base}${API}/workspaces/acme/activity?limit=${limit}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  return response.ok ? ((await response.json()) as Entry[]) : []
}

function line({ created_at, actor_type, actor_id, action, details }: Entry): string {
  const who = `${actor_type}:${actor_id ?? '-'}`
  return `${created_at.slice(11, 19)}  ${who.padEnd(18)} ${action.padEnd(16)} ${JSON.stringify(details)}`
}
