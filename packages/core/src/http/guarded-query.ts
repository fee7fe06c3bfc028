import { ActrailError } from '../errors'
import type { StoredEvent } from '../model/event'
import { ALL_WORKSPACES } from '../model/workspaces'
import { isProblemCode } from './problem'
import type { ActivityQuery } from './services'

/**
 * A query whose failures have a code that the API can answer, and whose rows are checked once more against the tenant
 * that was asked for: a row of another one is never shown, whatever went wrong below.
 */
export function guardQuery(query: ActivityQuery): ActivityQuery {
  return {
    async list(filter, page, workspaceId) {
      const found = await ask(() => query.list(filter, page, workspaceId))
      for (const event of found.items) assertTenant(event, [workspaceId])
      return found
    },
    async scroll(filter, page, workspaceId) {
      const found = await ask(() => query.scroll(filter, page, workspaceId))
      if (workspaceId !== ALL_WORKSPACES) for (const event of found.items) assertTenant(event, [workspaceId])
      return found
    },
    csv: (filter, page, workspaceId) => ask(() => query.csv(filter, page, workspaceId)),
    async follow(following) {
      const turns = await ask(() => query.follow(following))
      return following.workspaceId === ALL_WORKSPACES ? turns : ofTenant(turns, following.workspaceId)
    },
    figures: (workspaceId, asked) => ask(() => query.figures(workspaceId, asked)),
    async get(id, workspaceIds) {
      const found = await ask(() => query.get(id, workspaceIds))
      if (found) assertTenant(found, workspaceIds)
      return found
    },
  }
}

async function* ofTenant(turns: AsyncIterable<readonly StoredEvent[]>, workspaceId: string) {
  for await (const turn of turns) {
    for (const event of turn) assertTenant(event, [workspaceId])
    yield turn
  }
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    if (error instanceof ActrailError && isProblemCode(error.code)) throw error
    throw new ActrailError('ERR_STORE_UNAVAILABLE', 'The log cannot be read now. Try again shortly.', { cause: error })
  }
}

function assertTenant(event: StoredEvent, workspaceIds: readonly string[] | '*'): void {
  if (workspaceIds === '*' || workspaceIds.includes(event.workspace_id)) return
  throw new ActrailError('ERR_API_FAILED', 'The query returned a row of another workspace; the answer was withheld.')
}
