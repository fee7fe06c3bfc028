import type { HttpException } from '@nestjs/common'

interface Refusal {
  /** Of Nest's exceptions for HTTP. */
  readonly getStatus?: HttpException['getStatus']
  /** Of those for gateways and microservices, which carry a text or an object of the host's. */
  readonly getError?: () => string | { readonly status?: unknown; readonly statusCode?: unknown }
  /** Of GraphQL's. */
  readonly extensions?: { readonly code?: unknown }
}

const DENIED: readonly unknown[] = [401, 403, 'UNAUTHENTICATED', 'FORBIDDEN']

/** How a call went that threw this: `denied` where the error says 401 or 403, in whichever way its door has for that. */
export function resultOfError(error: unknown): 'denied' | 'failure' {
  const { getStatus, getError, extensions } = (error ?? {}) as Refusal
  const said = getError?.call(error)
  const { status, statusCode } = typeof said === 'object' && said !== null ? said : {}
  const words = [getStatus?.call(error), status, statusCode, extensions?.code]
  return words.some((word) => DENIED.includes(word)) ? 'denied' : 'failure'
}
