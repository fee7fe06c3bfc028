export { createAuditTrail, type AuditTrail, type RecordOptions, type RequestHandle } from './audit-trail'
export type { AuditOptions, IncludeOptions, JournalOptions, LimitOptions, RedactOptions } from './options'
export type { Check } from './health/check'
export type { Explained } from './health/explained'
export type { MetricsRegistry } from './health/metrics'
export type {
  EventCounts,
  SenderFigures,
  SequencerFigures,
  StoreReport,
  TrailStatus,
  Verdict,
} from './health/trail-status'
export type { LastError } from './health/watched-logger'
export { ActrailError, type ErrorCode } from './errors'

export * from './model/event'
export { readId, showId } from './model/id'
export { parseDuration } from './model/duration'
export type { Logger } from './model/logger'
export { type S1Event, type S2Entry, type S3Entry, toS1, toS2, toS3 } from './model/views'
export type { EventFilter } from './filter/filter'

export { annotate, reason, skip, withActor } from './context/annotate'
export type { Annotation } from './context/annotation'
export { currentScope, runInScope, Scope } from './context/scope'
export { createDeclaration, type Declared } from './context/declaration'
export { settled } from './model/settled'
export { AuditedEntity, type AuditedEntities, type AuditedEntityOptions } from './changes/audited-entity'
export type { Criteria } from './changes/measured'
export { diff, type FieldChange } from './context/diff'

export type { StreamOptions } from './streamed'
export type { ApiRequest, ApiResponse } from './http/message'
export type { Authorization, Authorize, Need, Principal, Refusal } from './http/authorize'
export type { Permission, PermissionAlias } from './http/permission'
export { bearer, type BearerOptions, type Claims } from './http/bearer'
export { staticTokens } from './http/static-tokens'
export type { ActivityPage, PageRequest } from './http/services'
export { type BridgeOptions, send, toApiRequest } from './http/node'

export { exchangeOfRequest, scopeOfRequest } from './capture/capture'
export type { DeclaredAtEnd, Exchange, MatchedRoute } from './capture/exchange'
export { claimFolder, type Claim } from './journal/claim'
export type { ManagerLike } from './store/append'
export type { SequenceSession, Step, StepLimits } from './store/sequence-log'
export { type RolesOptions, rolesSql } from './store/roles'
export type { Quarantine, QuarantinedEvent, Retried } from './store/quarantine'
export type { Store } from './store/store'
export type { StoreStatus } from './store/store-status'
export type { Examination } from './store/examine'
