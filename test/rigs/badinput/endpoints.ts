/** A parameter of an endpoint, as the OpenAPI document describes it. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly example?: unknown
  readonly schema: ParameterSchema
}

/** The part of a JSON schema that tells bad values from good ones. */
export interface ParameterSchema {
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly enum?: readonly string[]
}

/** One operation of the mounted API. */
export interface Endpoint {
  readonly method: string
  /** Below the mount point, with `{parameters}`. */
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** It answers without credentials. */
  readonly isPublic: boolean
  /** It answers an event stream, which never ends by itself. */
  readonly streams: boolean
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly security?: readonly object[]
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

interface OpenApi {
  readonly security?: readonly object[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete'])

/** The endpoints that an OpenAPI document lists: what is mounted is what is attacked, also what is added later. */
export function endpointsOf(document: unknown): Endpoint[] {
  const { paths, security: everywhere = [] } = document as OpenApi
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => METHODS.has(method))
      .map(([method, { parameters = [], security = everywhere, responses = {} }]) => ({
        method: method.toUpperCase(),
        path,
        parameters,
        isPublic: security.length === 0 || security.some((one) => Object.keys(one).length === 0),
        streams: 'text/event-stream' in (responses['200']?.content ?? {}),
      })),
  )
}

/** Fetches `/openapi.json` below `origin`, which ends with the mount point. */
export async function fetchEndpoints(origin: string): Promise<Endpoint[]> {
  const answer = await fetch(`${origin}/openapi.json`)
  return endpointsOf(await answer.json())
}
