import type { ApiStatus } from './failures'

/** The whole of `/health`: a word for everybody, details for administrators. */
export interface HealthReport {
  /** `degraded`: recording or reading has trouble; the host serves on. */
  readonly status: 'ok' | 'degraded'
  /** What this API swallowed. */
  readonly api: ApiStatus
  /** Whatever the trail tells about itself. */
  readonly [detail: string]: unknown
}

/** Asks for the trail's status. One that cannot be told is itself a reason for `degraded`. */
export async function readHealth(health: () => unknown, api: ApiStatus): Promise<HealthReport> {
  try {
    const told: unknown = await health()
    const details = typeof told === 'object' && told !== null ? told : {}
    const status = 'status' in details && details.status === 'degraded' ? 'degraded' : 'ok'
    return { ...details, status, api }
  } catch (error) {
    return { status: 'degraded', api, problem: error instanceof Error ? error.message : 'The status cannot be told.' }
  }
}
