import { ActrailClientError, type ErrorExtras } from './client-error.js'

/** For an answer that is not the API's, whatever its status. @param what a sentence that says what came */
export function answerInvalid(what: string, extras?: ErrorExtras): ActrailClientError {
  const remedy = 'Check that `baseUrl` is where the API is mounted, and what stands in between.'
  return new ActrailClientError('ERR_CLIENT_ANSWER_INVALID', `${what} ${remedy}`, extras)
}
