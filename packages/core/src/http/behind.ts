import { readId } from '../model/id'
import type { StoredEvent } from '../model/event'
import { ALL_WORKSPACES } from '../model/workspaces'
import { problem, type Problem } from './problem'
import type { ActivityQuery } from './services'

/** Where an event's id was given, and in which workspace it must be. */
export interface BehindWhat {
  readonly id: string
  readonly workspaceId: string
  /** As the caller spells it. */
  readonly parameter: string
}

/** The event that a reader goes on behind, the last one that it had. */
export async function eventBehind(
  { id, workspaceId, parameter }: BehindWhat,
  query: Pick<ActivityQuery, 'get'>,
): Promise<StoredEvent | Problem> {
  const uuid = readId(id)
  const event = uuid && (await query.get(uuid, workspaceId === ALL_WORKSPACES ? '*' : [workspaceId]))
  if (event) return event
  return problem('ERR_CURSOR_INVALID', 'There is no event with this id to go on behind.', {
    parameter,
    remedy: 'Give the id of the last event that arrived, or leave it out.',
  })
}
