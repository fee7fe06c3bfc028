import type { Route } from '../route'
import { activity } from './activity'
import { activityDetail } from './activity-detail'
import { activityExport } from './activity-export'
import { activityStream } from './activity-stream'
import { activitySummary } from './activity-summary'
import { analyticsInactiveUsers } from './analytics-inactive-users'
import { analyticsPeakHours } from './analytics-peak-hours'
import { analyticsResources } from './analytics-resources'
import { analyticsTimeline } from './analytics-timeline'
import { analyticsUsers } from './analytics-users'
import { auditLogs } from './audit-logs'
import { health } from './health'
import { issueActivity } from './issue-activity'
import { recordEvent } from './new-event'
import { openApi } from './openapi'
import { userActivity } from './user-activity'
import { userSummary } from './user-summary'
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
  activitySummary,
  activityDetail,
  userSummary,
  analyticsTimeline,
  analyticsPeakHours,
  analyticsResources,
  analyticsUsers,
  analyticsInactiveUsers,
  recordEvent,
  health,
  openApi,
]
