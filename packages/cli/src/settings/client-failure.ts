import { type ActrailClientError } from '@actrail/client'

import { errorCode } from '../error-code'
import type { Ending } from '../exit-code'
import { Failure } from '../failure'

/** What the API or the way to it said no to, as the command line says it: with the server's name and the flag to use. */
export function clientFailure(error: ActrailClientError, server: string): Failure {
  const { ending, message } = said(error, server)
  return new Failure(ending, message, { cause: error })
}

interface Said {
  readonly ending: Exclude<Ending, 'ok'>
  readonly message: string
}

function said(error: ActrailClientError, server: string): Said {
  const { code, status = 0, message } = error
  if (code === 'ERR_CLIENT_NETWORK') {
    const why = networkCode(error)
    const text = `${server} cannot be reached${why === undefined ? '' : ` (${why})`}. Check the address and the network.`
    return { ending: 'unreachable', message: text }
  }
  if (code === 'ERR_CLIENT_TIMEOUT') {
    return { ending: 'unreachable', message: `${server} does not answer. Try again, or ask for less.` }
  }
  if (code === 'ERR_CREDENTIALS_MISSING') {
    return { ending: 'notAuthorised', message: `${server} wants a token. Log in: actrail login --server ${server}` }
  }
  if (code === 'ERR_CREDENTIALS_REFUSED') {
    return { ending: 'notAuthorised', message: `${message} Log in again: actrail login --server ${server}` }
  }
  if (code === 'ERR_CLIENT_ANSWER_INVALID') return foreign(server, status)
  if (code === 'ERR_ROUTE_UNKNOWN') return foreign(server, 404)
  if (code === 'ERR_WORKSPACE_AMBIGUOUS') return { ending: 'usage', message: `${message} The flag is --workspace.` }
  if (code === 'ERR_CLIENT_INPUT_INVALID') return { ending: 'usage', message }
  return { ending: endingOf(status), message }
}

/** For an answer that is not the API's own. */
function foreign(server: string, status: number): Said {
  if (status === 401 || status === 403) {
    const message = `${server} answers ${status}, and not as an activity API does: something in front of it wants credentials.`
    return { ending: 'notAuthorised', message }
  }
  const ending = endingOf(status)
  if (ending === 'unreachable') return { ending, message: `${server} answers ${status}. Try again later.` }
  const message = `There is no activity API at ${server}. Give the address where it is mounted, such as https://app.example/api/v1.`
  return { ending: status === 404 ? 'notFound' : 'failed', message }
}

function endingOf(status: number): Said['ending'] {
  if (status === 401 || status === 403) return 'notAuthorised'
  if (status === 404) return 'notFound'
  if ([408, 429, 502, 503, 504].includes(status)) return 'unreachable'
  return status >= 400 && status < 500 ? 'usage' : 'failed'
}

/** What the system says of a connection: ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED. */
function networkCode(error: unknown): string | undefined {
  const code = errorCode(error)
  if (code !== undefined && !code.startsWith('ERR_CLIENT_')) return code
  return typeof error === 'object' && error !== null && 'cause' in error ? networkCode(error.cause) : undefined
}
