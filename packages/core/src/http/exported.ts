import type { ExportEnd, ExportFormat } from '../export/export'
import type { EventInput } from '../model/event'
import { ALL_WORKSPACES, SYSTEM_WORKSPACE } from '../model/workspaces'
import type { AnyCall } from './route'
import { filterOf, readerOf } from './viewed'

/** The event of an export: who took how many events out of the log, by which filter, and whether all of them. */
export function exportedEvent(
  call: AnyCall,
  { format, events, isComplete }: ExportEnd & { readonly format: ExportFormat },
): EventInput {
  const { format: _, ...filter } = filterOf(call.request)
  const { workspaceId = SYSTEM_WORKSPACE } = call
  return {
    action: 'activity.exported',
    ...readerOf(call),
    workspace: workspaceId === ALL_WORKSPACES ? SYSTEM_WORKSPACE : workspaceId,
    resource: { type: 'activity' },
    result: isComplete ? 'success' : 'aborted',
    source: 'http',
    details: { format, events, ...(Object.keys(filter).length > 0 && { filter }) },
  }
}
