import type { ApiStatus } from './failures'

/** The whole of `/health`: a word for everybody, details for administrators. */
export interface HealthReport {
  /** `degraded`: recording or reading has trouble; the host serves on. `failing`: events are being lost. */
  readonly status: 'ok' | 'degraded' | 'failing'
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
    return { ...details, status: 'status' in details ? readStatus(details.status) : 'ok', api }
  } catch (error) {
    return { status: 'degraded', api, problem: error instanceof Error ? error.message : 'The status cannot be told.' }
  }
}

function readStatus(told: unknown): HealthReport['status'] {
  return told === 'degraded' || told === 'failing' ? told : 'ok'
}
