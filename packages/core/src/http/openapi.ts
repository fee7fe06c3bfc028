import { z } from 'zod'

import { PROBLEMS, statusOf, type ProblemCode } from './problem'
import type { Route } from './route'

type Document = Record<string, unknown>
type Schema = z.core.JSONSchema.BaseSchema

const DEFINITIONS = '#/$defs/'
const COMPONENTS = '#/components/schemas/'

const problemSchema = z
  .object({
    type: z.string().meta({ description: '`urn:actrail:problem:` and the code.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What happened.' }),
    code: z.enum(Object.keys(PROBLEMS)).meta({ description: 'Stable across releases.' }),
    parameter: z.string().meta({ description: 'The parameter at fault.' }).optional(),
    remedy: z.string().meta({ description: 'What to do about it.' }).optional(),
  })
  .meta({ id: 'Problem', description: 'Why a request was not answered (RFC 9457).' })

/** The OpenAPI 3.1 document of a route table, made from the same schemas that check its requests. */
export function openApiDocument(routes: readonly Route[]): Document {
  const schemas: Record<string, Schema> = {}
  hoist(z.toJSONSchema(problemSchema, { io: 'input' }), schemas)
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Actrail',
      version: '1',
      description: 'The activity and audit log of an application. Paths are relative to where it is mounted.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '.', description: 'Relative to this document.' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'Or whatever the `authorize` option accepts.' },
      },
      schemas,
    },
  }
}

/** The problem codes that a route can answer: its own, and those of its kind. */
function problemCodes({ permission, tenancy, params, query, problems = [] }: Route): ProblemCode[] {
  const takesParameters = Object.keys({ ...params.shape, ...query.shape }).length > 0
  const codes = new Set<ProblemCode>([...problems, 'ERR_PARAMETER_UNKNOWN', 'ERR_API_FAILED', 'ERR_API_SLOW'])
  if (takesParameters) codes.add('ERR_PARAMETER_INVALID')
  if (Object.keys(query.shape).length > 0) codes.add('ERR_PARAMETER_REPEATED')
  if (permission !== 'none') {
    const guards: ProblemCode[] = ['ERR_CREDENTIALS_MISSING', 'ERR_CREDENTIALS_REFUSED', 'ERR_AUTHORIZE_MISSING']
    for (const code of [...guards, 'ERR_PERMISSION_MISSING', 'ERR_AUTHORIZE_FAILED'] as const) codes.add(code)
    codes.add('ERR_STORE_UNAVAILABLE')
  }
  if (tenancy === 'path' || tenancy === 'choice') codes.add('ERR_WORKSPACE_FORBIDDEN')
  return (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => codes.has(code))
}

function operation(route: Route, schemas: Record<string, Schema>): Document {
  const { answer, permission } = route
  const schema = hoist(z.toJSONSchema(answer.schema, { io: 'input' }), schemas)
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: [route.description, needsOf(route)].filter(Boolean).join(' '),
    ...(permission === 'none' && { security: [] }),
    parameters: [...parameters(route, 'path'), ...parameters(route, 'query')],
    ...(route.body && { requestBody: requestBody(route.body, schemas) }),
    responses: {
      [answer.status ?? 200]: {
        description: answer.description,
        ...(answer.headers && { headers: headers(answer.headers) }),
        content: { 'application/json': { schema }, ...otherMedia(answer.otherMedia ?? {}) },
      },
      ...(answer.headers?.['ETag'] !== undefined && {
        304: { description: '`If-None-Match` names this very answer.' },
      }),
      ...withUnavailable(problemResponses(route), answer.unavailable, schema),
    },
  }
}

/** What a caller needs, in words. */
export function needsOf({ permission, own }: Route): string {
  if (permission === 'none') return 'Needs no credentials.'
  return `Needs \`${permission}\`${own === undefined ? '' : ', but for what one did oneself'}.`
}

function requestBody(body: z.ZodType, schemas: Record<string, Schema>): Document {
  const schema = hoist(z.toJSONSchema(body, { io: 'input' }), schemas)
  return { required: true, content: { 'application/json': { schema } } }
}

function otherMedia(media: NonNullable<Route['answer']['otherMedia']>): Document {
  return Object.fromEntries(
    Object.entries(media).map(([type, schema]) => {
      const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: 'input' })
      return [type, { schema: plain }]
    }),
  )
}

/** Adds to the problems of a 503 that the answer itself can come with it. */
function withUnavailable(responses: Document, unavailable: string | undefined, schema: Schema): Document {
  if (unavailable === undefined) return responses
  const { description, content } = (responses[503] ?? { description: '', content: {} }) as ProblemResponse
  const both = { 'application/json': { schema }, ...content }
  return { ...responses, 503: { description: `${unavailable} ${description}`.trim(), content: both } }
}

interface ProblemResponse {
  readonly description: string
  readonly content: Document
}

function parameters(route: Route, place: 'path' | 'query'): Document[] {
  const shape = place === 'path' ? route.params.shape : route.query.shape
  return Object.entries(shape).map(([name, member]) => {
    const { description, examples, $schema: _, ...schema } = z.toJSONSchema(member, { io: 'input' })
    const example: unknown = examples?.[0]
    return {
      name,
      in: place,
      required: place === 'path',
      description,
      schema,
      ...(example !== undefined && { example: schema.type === 'array' ? [example] : example }),
      ...(schema.type === 'array' && { style: 'form', explode: true }),
    }
  })
}

function headers(texts: Readonly<Record<string, string>>): Document {
  return Object.fromEntries(
    Object.entries(texts).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  )
}

function problemResponses(route: Route): Document {
  const byStatus: Record<number, string[]> = {}
  for (const code of problemCodes(route)) (byStatus[statusOf(code)] ??= []).push(`\`${code}\``)
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [
      status,
      {
        description: `${codes.join(', ')}.`,
        content: { 'application/problem+json': { schema: { $ref: `${COMPONENTS}Problem` } } },
      },
    ]),
  )
}

/** Moves named definitions to the document's components and answers the schema that refers to them there. */
function hoist(schema: Schema, components: Record<string, Schema>): Schema {
  const {
    $defs = {},
    $schema: _,
    ...rest
  } = JSON.parse(JSON.stringify(schema).replaceAll(DEFINITIONS, COMPONENTS)) as Schema
  Object.assign(components, $defs)
  if (typeof rest.id === 'string') components[rest.id] = rest
  return rest
}
