export { audit, type Activity } from './audit'
export { audited, type AuditedOptions } from './audited'
export { annotate, bearer, diff, reason, skip, staticTokens, withActor } from '@actrail/core'
