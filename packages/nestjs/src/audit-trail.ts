import type { AuditTrail as Trail } from '@actrail/core'

/** The application's trail, as `constructor(private readonly trail: AuditTrail)` gets it. */
export interface AuditTrail extends Trail {}

type Token = abstract new () => AuditTrail

const KEY = Symbol.for('actrail.nestjs.trail.v1')
const holder = globalThis as { [KEY]?: Token }

/**
 * The token of {@link AuditTrail}, a class so that Nest finds it by the parameter's type. It lies on globalThis: where both
 * formats of this package are loaded, what one provides the other can still inject.
 */
export const AuditTrail: Token = (holder[KEY] ??= class AuditTrail {} as unknown as Token)
