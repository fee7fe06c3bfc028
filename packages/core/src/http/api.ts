import { ActrailError } from '../errors'
import type { EventInput } from '../model/event'
import { createUserAgentReader } from '../model/user-agent'
import { admit } from './access'
import { problemResponse, withoutBody } from './answer'
import type { Authorize } from './authorize'
import { withDeadline } from './deadline'
import { dispatch, type Dispatcher } from './dispatch'
import { createFailures, type ApiStatus, type Failures } from './failures'
import { guardQuery } from './guarded-query'
import { readHealth } from './health'
import { createMatcher } from './match'
import type { ApiRequest, ApiResponse } from './message'
import { openApiDocument } from './openapi'
import { createPins } from './pins'
import { isProblem } from './problem'
import { ROUTES } from './routes/table'
import type { ActivityQuery, ApiServices } from './services'
import { createViews } from './viewed'

/** What the API is built on. */
export interface ApiDependencies {
  readonly query: ActivityQuery
  /** Status for `/health`; its `status` member is public, the rest needs `activity:admin`. */
  readonly health: () => unknown
  /** Records an event from outside; answers its id when it is accepted. */
  readonly accept: (event: EventInput) => Promise<string>
  /** Takes the `activity.viewed` event of a read; `request` lets the caller add the client's address. */
  readonly viewed: (event: EventInput, request: ApiRequest) => void
  /** Gets every error that the API swallows, for the log. Default: nothing. */
  readonly report?: (error: unknown) => void
  /** Milliseconds since 1970. Default: the system clock. */
  readonly now?: () => number
}

/** How the API behaves. */
export interface ApiOptions {
  /** Without it every endpoint that shows events refuses. */
  readonly authorize?: Authorize
  /** An unanswered request gets 503 after so many milliseconds. Default: 10,000. */
  readonly timeoutMs?: number
  /** User agents, and lists that are being paged, remembered at most. Default: 5,000. */
  readonly cacheEntries?: number
}

/** The mounted API. */
export interface Api {
  /** Answers one request. Never rejects; what it swallowed is counted in {@link Api.status}. */
  handle(request: ApiRequest): Promise<ApiResponse>
  /** Whether a path, below the mount point, is one of the API's, by whatever method: a router passes on what is not. */
  knows(path: string): boolean
  status(): ApiStatus
}

/** Builds the API of {@link ROUTES}. Two of them share nothing. */
export function createApi(dependencies: ApiDependencies, options: ApiOptions = {}): Api {
  const failures = createFailures(dependencies.report ?? (() => undefined))
  const find = createMatcher(ROUTES)
  const dispatcher = createDispatcher(dependencies, { ...options, find, failures })
  const { timeoutMs = 10_000 } = options

  async function answer(request: ApiRequest): Promise<ApiResponse> {
    try {
      return await withDeadline(dispatch(dispatcher, request), timeoutMs, tooLate)
    } catch (error) {
      return problemResponse(failures.problemOf(error))
    }
  }

  return {
    handle: async (request) => {
      const response = await answer(request)
      const { body } = response
      const isStream = typeof body !== 'string' && !Buffer.isBuffer(body)
      if (request.method === 'HEAD') {
        if (isStream) await body[Symbol.asyncIterator]().return?.()
        return withoutBody(response)
      }
      if (!isStream) return response
      return { ...response, body: reporting(body, (error) => failures.problemOf(error)) }
    },
    knows: (path) => find(path) !== undefined,
    status: () => failures.status(),
  }
}

/** What breaks a stream is counted; its reader sees the connection end, since the status is long sent. */
function reporting<T>(body: AsyncIterable<T>, report: (error: unknown) => void): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const parts = body[Symbol.asyncIterator]()
      const fail = (error: unknown): never => {
        report(error)
        throw error
      }
      // No generator: that would not hear of the end while it waits for the next part.
      return {
        next: () => parts.next().catch(fail),
        return: async () => (await parts.return?.().catch(fail)) ?? { done: true, value: undefined },
      }
    },
  }
}

interface Parts extends Pick<Dispatcher, 'find'>, Pick<ApiOptions, 'authorize' | 'cacheEntries'> {
  readonly failures: Failures
}

function createDispatcher(
  dependencies: ApiDependencies,
  { find, authorize, failures, cacheEntries = 5_000 }: Parts,
): Dispatcher {
  const { now = Date.now } = dependencies
  const view = createViews({ now, record: dependencies.viewed })
  const whoAsks = asker(authorize)
  const quietly = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      failures.problemOf(error)
    }
  }
  const services: ApiServices = {
    query: guardQuery(dependencies.query),
    pins: createPins({ now, capacity: cacheEntries }),
    readUserAgent: createUserAgentReader(cacheEntries),
    now,
    health: () => readHealth(dependencies.health, failures.status()),
    isAdmin: (request) =>
      whoAsks(request, { permission: 'activity:admin' }).then(
        (answer) => !isProblem(answer),
        (error: unknown) => !failures.problemOf(error),
      ),
    accept: (event) => dependencies.accept(event).catch(notAccepted),
    record: (event, request) => quietly(() => dependencies.viewed(event, request)),
    openApi: () => openApiDocument(ROUTES),
  }
  return {
    find,
    services,
    admit: whoAsks,
    viewed: (call, workspaceId) => quietly(() => view(call, workspaceId)),
  }
}

function asker(authorize: Authorize | undefined): Dispatcher['admit'] {
  return async (request, need, ownId) => {
    try {
      return await admit(authorize, { request, need, ownId })
    } catch (error) {
      throw new ActrailError('ERR_AUTHORIZE_FAILED', 'The `authorize` option failed.', { cause: error })
    }
  }
}

function notAccepted(cause: unknown): never {
  throw new ActrailError('ERR_JOURNAL_UNAVAILABLE', 'The event cannot be recorded now. Try again shortly.', { cause })
}

function tooLate(): Error {
  return new ActrailError('ERR_API_SLOW', 'The log did not answer in time.')
}
