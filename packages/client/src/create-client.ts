import { mountPoint, pathOf, type QueryValues } from './address.js'
import { answerInvalid } from './answer-invalid.js'
import type { CallOptions, Client, ClientOptions, Reading } from './client.js'
import { ActrailClientError } from './client-error.js'
import { type Connection, createConnection } from './connection.js'
import { newEventId } from './event-id.js'
import { exportFile } from './export-file.js'
import { followActivity } from './follow.js'
import { leavable } from './leavable.js'
import { allActivity, listActivity } from './pages.js'
import type { Operations } from './wire/operations.js'
import type { ActivityEvent, NewEvent } from './wire/schemas.js'

const RETRIES = 3
const TIMEOUT_MS = 30_000
const LONGEST_TIMER_MS = 2 ** 31 - 1

type Within = <Asked extends { readonly workspace?: string | undefined }>(query: Asked) => Asked

/**
 * Makes a client of one mounted API. Sends nothing yet. Throws ERR_CLIENT_INPUT_INVALID.
 *
 * @example
 * const client = createClient({ baseUrl: 'https://app.example/api/v1', token: () => session.token() })
 * for await (const event of client.stream({ action: ['env.*'] })) console.log(event.action)
 */
export function createClient(options: ClientOptions): Client {
  const connection = connectionOf(options)
  const { workspace } = options
  /** In the client's workspace, where the call names none. */
  const within: Within = (query) => ({ ...query, workspace: query.workspace ?? workspace })

  return {
    list: (query = {}, { signal } = {}) => listActivity(connection, within(query), signal),
    all: (query = {}, { signal } = {}) => leavable(signal, (inner) => allActivity(connection, within(query), inner)),
    get: async (id, { signal } = {}) => eventOf(await connection.json({ path: pathOf`/activity/${id}`, signal })),
    stream: (query = {}, { signal, ...rest } = {}) =>
      leavable(signal, (inner) => followActivity(connection, within(query), { ...rest, signal: inner })),
    export: (query = {}, { format, signal }) =>
      leavable(signal, (inner) => exportFile(connection, within(query), { format, signal: inner })),
    record: async (event, { workspace: chosen, signal } = {}) =>
      recordEvent(connection, { event, query: within({ workspace: chosen }), signal }),
    ...readingsOf(connection, within),
  }
}

/** The lists in the other two shapes, and the numbers of dashboards. */
function readingsOf(
  connection: Connection,
  within: Within,
): Omit<Client, 'list' | 'all' | 'get' | 'stream' | 'export' | 'record'> {
  const get = async (path: string, query: QueryValues = {}, { signal }: CallOptions = {}) =>
    (await connection.json({ path, query, signal })) as never
  const reading =
    <Name extends keyof Operations>(path: Operations[Name]['path']): Reading<Name> =>
    (query, options) =>
      get(path, within(query ?? {}), options)
  return {
    workspaceActivity: async (id, query, options) => get(pathOf`/workspaces/${id}/activity`, query, options),
    issueActivity: async ({ workspaceId, issueId }, query, options) =>
      get(pathOf`/workspaces/${workspaceId}/issues/${issueId}/activity`, query, options),
    userActivity: async (id, query, options) => get(pathOf`/users/${id}/activity`, within(query ?? {}), options),
    userSummary: async (id, query, options) => get(pathOf`/users/${id}/summary`, within(query ?? {}), options),
    auditLogs: reading<'listAuditLogs'>('/audit-logs/'),
    summary: reading<'summariseActivity'>('/activity/summary'),
    timeline: reading<'readTimeline'>('/analytics/timeline'),
    peakHours: reading<'readPeakHours'>('/analytics/peak-hours'),
    resourceRanking: reading<'rankResources'>('/analytics/resources'),
    userRanking: reading<'rankUsers'>('/analytics/users'),
    inactiveUsers: reading<'listInactiveUsers'>('/analytics/users/inactive'),
  }
}

async function recordEvent(
  connection: Connection,
  {
    event,
    query,
    signal,
  }: { readonly event: NewEvent; readonly query: QueryValues; readonly signal: AbortSignal | undefined },
): Promise<string> {
  const body = jsonOf({ ...event, id: event.id ?? newEventId() })
  const answer = (await connection.json({ path: '/events', query, body, signal })) as { id?: unknown } | null
  if (typeof answer?.id === 'string') return answer.id
  throw answerInvalid('The answer is not the id of an event.')
}

function jsonOf(event: NewEvent): string {
  try {
    return JSON.stringify(event)
  } catch (cause) {
    const message = 'The event cannot be written as JSON: look for a cycle or a BigInt in it.'
    throw new ActrailClientError('ERR_CLIENT_INPUT_INVALID', message, { cause })
  }
}

function eventOf(answer: unknown): ActivityEvent {
  const event = answer as ActivityEvent | null
  if (typeof event?.id === 'string') return event
  throw answerInvalid('The answer is not an event.')
}

function connectionOf(options: ClientOptions): Connection {
  const { baseUrl, token, headers = {}, retries = RETRIES, timeoutMs = TIMEOUT_MS } = options
  checkNumber('retries', retries, { least: 0, most: 20 })
  checkNumber('timeoutMs', timeoutMs, { least: 1, most: LONGEST_TIMER_MS })
  // Looked up at each call: a page may replace the global one, and Safari refuses it without its window as `this`.
  const fetcher = options.fetch ?? ((...args: Parameters<typeof fetch>) => globalThis.fetch(...args))
  return createConnection({ mount: mountPoint(baseUrl), token, headers, fetch: fetcher, retries, timeoutMs })
}

function checkNumber(
  parameter: string,
  value: number,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  const message = `\`${parameter}\` is ${value}. Give a whole number from ${least} to ${most}.`
  throw new ActrailClientError('ERR_CLIENT_INPUT_INVALID', message, { parameter })
}
