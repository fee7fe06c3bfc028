import type { AuditOptions, AuditTrail } from '@actrail/core'
import type { Server } from 'node:http'

/** What the middleware is made with, and what a route declares beside it. */
export interface HostOptions {
  readonly audit: AuditOptions
  readonly declared: { readonly resource: () => never }
}

/** An application that does not listen yet. */
export interface Served {
  readonly server: Server
  readonly trail?: Pick<AuditTrail, 'flush' | 'stop' | 'status'>
}
