import type { Route } from '../route'
import { activity } from './activity'
import { activityDetail } from './activity-detail'
import { activityExport } from './activity-export'
import { activityStream } from './activity-stream'
import { auditLogs } from './audit-logs'
import { health } from './health'
import { issueActivity } from './issue-activity'
import { recordEvent } from './new-event'
import { openApi } from './openapi'
import { userActivity } from './user-activity'
import { workspaceActivity } from './workspace-activity'

/** Every endpoint of the API, in the order of its documents. */
export const ROUTES: readonly Route[] = [
  workspaceActivity,
  issueActivity,
  userActivity,
  auditLogs,
  activity,
  activityStream,
  activityExport,
  activityDetail,
  recordEvent,
  health,
  openApi,
]
