// Prints the client's types of what is on the wire, as JSON: the files of packages/client/src/wire. `npm run check -- client`
// compares the two, `--update` writes the files.

import { format, resolveConfig } from 'prettier'

import { openApiDocument } from '../packages/core/src/http/openapi'
import { ROUTES } from '../packages/core/src/http/routes/table'

const FOLDER = 'packages/client/src/wire'
const HEAD =
  '// Written by `npm run check -- client --update` from the API’s own schemas; do not edit.\n/* eslint max-lines: "off" */\n'

/** What is read of a JSON Schema. */
interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly description?: string
  readonly default?: unknown
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly description?: string
  readonly schema: Schema
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

async function main(): Promise<void> {
  const document = openApiDocument(ROUTES) as unknown as Document
  const written = { 'schemas.ts': schemasFile(document), 'operations.ts': operationsFile(document) }
  const config = await resolveConfig(`${FOLDER}/schemas.ts`)
  const files = Object.entries(written).map(async ([name, text]) => ({
    path: `${FOLDER}/${name}`,
    content: await format(text, { ...config, parser: 'typescript' }),
  }))
  process.stdout.write(JSON.stringify(await Promise.all(files)))
}

function schemasFile(document: Document): string {
  const sent = new Set(operationsOf(document).map(({ requestBody }) => nameOf(jsonOf(requestBody?.content))))
  const shapes = Object.entries(document.components.schemas).map(
    ([name, schema]) => `${comment(schema)}export interface ${name} ${typeOf(schema, sent.has(name))}`,
  )
  return [HEAD, ...shapes].join('\n\n')
}

function operationsFile(document: Document): string {
  const members = operationsOf(document).map(
    (operation) => `${comment({ description: operation.summary })}readonly ${operation.operationId}: {
      readonly path: ${JSON.stringify(operation.path)}
      ${queryOf(operation)}${bodyOf(operation)}readonly answer: ${typeOf(answerOf(operation), false)}
    }`,
  )
  const imported = Object.keys(document.components.schemas).filter((name) =>
    members.some((member) => new RegExp(`\\b${name}\\b`).test(member)),
  )
  return [
    HEAD,
    `import type { ${imported.join(', ')} } from './schemas.js'\n`,
    '/** Where each endpoint is, what it takes and what it answers, by its name in the API’s OpenAPI document. */',
    `export interface Operations {${members.join('\n')}}`,
  ].join('\n')
}

function operationsOf({ paths }: Document): (Operation & { readonly path: string })[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.values(item).map((operation) => ({ ...operation, path })),
  )
}

function queryOf({ parameters = [] }: Operation): string {
  const asked = parameters.filter((parameter) => parameter.in === 'query')
  if (asked.length === 0) return ''
  const properties = Object.fromEntries(
    asked.map(({ name, description = '', schema }) => [name, { ...schema, description }]),
  )
  return `readonly query: ${typeOf({ type: 'object', properties }, true)}\n`
}

function bodyOf({ requestBody }: Operation): string {
  const schema = jsonOf(requestBody?.content)
  return schema === undefined ? '' : `readonly body: ${typeOf(schema, true)}\n`
}

function answerOf({ responses }: Operation): Schema {
  const [, answer] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? []
  return jsonOf(answer?.content) ?? {}
}

const jsonOf = (content: Content | undefined): Schema | undefined => content?.['application/json']?.schema

const nameOf = (schema: Schema | undefined): string => schema?.$ref?.replace(/^.*\//, '') ?? ''

/** @param isSent whether callers write it: then what may be absent may be `undefined` too */
function typeOf(schema: Schema, isSent: boolean): string {
  if (schema.$ref !== undefined) return nameOf(schema)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.anyOf) return schema.anyOf.map((choice) => typeOf(choice, isSent)).join(' | ')
  if (Array.isArray(schema.type))
    return schema.type.map((type: string) => typeOf({ ...schema, type }, isSent)).join(' | ')
  if (schema.type === 'array') return `readonly (${typeOf(schema.items ?? {}, isSent)})[]`
  if (schema.type === 'object') return objectOf(schema, isSent)
  if (schema.type === 'integer') return 'number'
  return typeof schema.type === 'string' ? schema.type : 'unknown'
}

function objectOf({ properties, required = [], additionalProperties }: Schema, isSent: boolean): string {
  if (properties === undefined) return 'Readonly<Record<string, unknown>>'
  const members = Object.entries(properties).map(([name, schema]) => {
    const type = typeOf(schema, isSent)
    if (required.includes(name)) return `${comment(schema)}readonly ${name}: ${type}`
    return `${comment(schema)}readonly ${name}?: ${type}${isSent ? ' | undefined' : ''}`
  })
  if (typeof additionalProperties === 'object') members.push('readonly [member: string]: unknown')
  return `{\n${members.join('\n')}\n}`
}

function comment({ description, default: usual }: Schema): string {
  const text = [description, usual !== undefined && `Default: ${JSON.stringify(usual)}.`].filter(Boolean).join(' ')
  return text === '' ? '' : `/** ${text.replaceAll('*/', '*\\/')} */\n`
}

void main()
