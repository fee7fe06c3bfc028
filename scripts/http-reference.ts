// Prints docs/reference/http.md. `npm run check -- http` compares the two, `--update` writes the file.

import { z } from 'zod'

import { activityEvent, auditLogEntry, workspaceActivityEntry } from '../packages/core/src/http/entries'
import { needsOf } from '../packages/core/src/http/openapi'
import { PROBLEMS } from '../packages/core/src/http/problem'
import { newEvent } from '../packages/core/src/http/new-event'
import type { Route } from '../packages/core/src/http/route'
import { ROUTES } from '../packages/core/src/http/routes/table'

const HEAD = `# HTTP endpoints

<!-- Written by \`npm run check -- http --update\` from the route table in packages/core/src/http/routes. -->

Paths are below the mount point. Every path may end with one slash more or less. \`HEAD\` answers the headers of \`GET\`,
\`OPTIONS\` the methods.

- **Access.** Nobody may read before the option \`authorize\` is set. It names the principal: its workspaces and its
  permissions (\`activity:read\`, \`activity:export\`, \`activity:write\`, \`activity:admin\`). \`activity:admin\` includes
  reading and exporting. \`USER_VIEW\` stands for \`activity:read\`, \`USER_MANAGE\` for \`activity:read\` and
  \`activity:export\`.
- **Tenant.** A request reads one workspace: the one in its path, else the only one of the principal, else the one that
  \`workspace\` names. \`workspace=*\` reads all of them, with \`activity:admin\` and \`workspaces: '*'\`. \`_system\` holds what
  belongs to no tenant and needs \`activity:admin\`.
- **Order.** Newest first, in the order of the log.
- **Pages.** \`limit\` and \`offset\`, or the link \`rel="next"\` of the header \`Link\`, which continues by cursor. Pages by
  offset count from the newest entry of the list's first page while they are asked for within a minute of each other on
  the same node; the link needs no such memory.
- **Times.** RFC 3339, UTC where no zone is given, or a duration back from now (\`1h\`, \`7d\`). The later end of a range takes
  in all that its text names: \`2024-01-31\` the whole day, \`2024-01-31T23:59:59Z\` the whole second.
- **Not modified.** Lists and single events carry an \`ETag\`. A request that sends it back in \`If-None-Match\` gets 304
  and no body while the answer is the same. Since reads are events, a list that shows them changes once a minute.
- **Errors.** \`application/problem+json\` with \`type\`, \`title\`, \`status\`, \`detail\`, \`code\`, and where they apply
  \`parameter\` and \`remedy\`. [errors.md](errors.md) explains each code. A parameter that is unknown, given twice or out of
  range is refused, never ignored.
- **Reads are events.** The first read of a principal with a filter in a minute is recorded as \`activity.viewed\`.
`

type Schema = z.core.JSONSchema.BaseSchema
type Shape = Readonly<Record<string, z.core.$ZodType>>

function pageOf(routes: readonly Route[]): string {
  const shapes = [workspaceActivityEntry, auditLogEntry, activityEvent, newEvent].map(shapeSection)
  return [HEAD, ...routes.map(sectionOf), '## Shapes\n', ...shapes, PROBLEM_HEAD, ...problemRows(), ''].join('\n')
}

function sectionOf(route: Route): string {
  return [
    `## ${route.method} ${route.path}\n`,
    `${[route.summary, route.description, needsOf(route)].filter(Boolean).join(' ')}\n`,
    ...parameterTable(route),
    ...(route.body ? [`Takes ${schemaWord(nameOf(z.toJSONSchema(route.body, { io: 'input' })))} as JSON.\n`] : []),
    `Answers ${route.answer.description.replace(/^./, (letter) => letter.toLowerCase())} ${answerLine(route)}\n`,
    ...headerList(route),
  ].join('\n')
}

function parameterTable({ params, query }: Route): string[] {
  const rows = [
    ...Object.entries(params.shape as Shape).map(([name, member]) => rowOf(name, member, 'path')),
    ...Object.entries(query.shape as Shape).map(([name, member]) => rowOf(name, member, 'query')),
  ]
  if (rows.length === 0) return []
  return ['| parameter | in | takes | example | meaning |', '| --- | --- | --- | --- | --- |', ...rows, '']
}

function rowOf(name: string, member: z.core.$ZodType, place: string): string {
  const schema = z.toJSONSchema(member, { io: 'input' })
  const example = JSON.stringify(schema.examples?.[0] ?? '').replace(/^"|"$/g, '')
  const cells = [`\`${name}\``, place, takes(schema), `\`${example}\``, schema.description ?? '']
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function takes({ type, minimum, maximum, default: usual, maxLength, enum: words, maxItems }: Schema): string {
  if (type === 'integer') {
    const range =
      (maximum ?? Infinity) < Number.MAX_SAFE_INTEGER ? `${minimum ?? 0}–${maximum ?? ''}` : `${minimum ?? 0} or more`
    return usual === undefined ? range : `${range}, default ${JSON.stringify(usual)}`
  }
  if (words) return words.map((word) => `\`${String(word)}\``).join(', ')
  if (type === 'array') return `repeatable, up to ${maxItems ?? ''}`
  return maxLength === undefined ? 'text' : `text up to ${maxLength} bytes`
}

function answerLine({ answer }: Route): string {
  const schema = z.toJSONSchema(answer.schema, { io: 'input' })
  if (schema.$ref !== undefined) return `It is ${schemaWord(nameOf(schema))}.`
  if (schema.type === 'array') return `An array of \`${nameOf(schema.items)}\`.`
  const members = Object.keys(schema.properties ?? {}).map((member) => `\`${member}\``)
  const items = schema.properties?.items as { items?: unknown } | undefined
  return `Members: ${members.join(', ')}${items ? `; each item is ${schemaWord(nameOf(items.items))}` : ''}.`
}

function nameOf(part: unknown): string {
  return (part as { $ref?: string } | undefined)?.$ref?.replace(/^.*\//, '') ?? ''
}

function schemaWord(name: string): string {
  return /^[AEIOU]/.test(name) ? `an \`${name}\`` : `a \`${name}\``
}

function headerList({ answer }: Route): string[] {
  const headers = Object.entries(answer.headers ?? {})
  return headers.length === 0 ? [] : [...headers.map(([name, text]) => `- \`${name}\`: ${text}`), '']
}

function shapeSection(shape: z.ZodObject): string {
  const { $ref = '', $defs = {} } = z.toJSONSchema(shape, { io: 'input' })
  const id = $ref.replace(/^.*\//, '')
  const { description, properties = {}, required = [] } = $defs[id] ?? {}
  const rows = Object.entries(properties).map(([name, member]) => {
    const schema = typeof member === 'object' ? member : {}
    const example = schema.examples?.map((each) => `\`${JSON.stringify(each).replace(/^"|"$/g, '')}\``).join(', ')
    const meaning = [schema.description, example && `For example ${example}.`].filter(Boolean).join(' ')
    return `| \`${name}\` | ${typeWord(schema)}${required.includes(name) ? '' : ', may be absent'} | ${meaning} |`
  })
  return [
    `### ${id}\n`,
    `${description ?? ''}\n`,
    '| member | type | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function typeWord({ type, anyOf, enum: words }: Schema): string {
  if (words) return words.map((word) => `\`${String(word)}\``).join(', ')
  if (anyOf) return anyOf.map((choice) => (typeof choice === 'object' ? typeWord(choice) : '')).join(' or ')
  return Array.isArray(type) ? type.join(' or ') : (type ?? 'any')
}

const PROBLEM_HEAD = `## Problems

openapi.json says which endpoint answers which; [errors.md](errors.md) explains them.

| code | status | title |
| --- | --- | --- |`

function problemRows(): string[] {
  return Object.entries(PROBLEMS).map(
    ([code, { status, title }]) => `| [\`${code}\`](errors.md#${code.toLowerCase()}) | ${status} | ${title} |`,
  )
}

process.stdout.write(pageOf(ROUTES))
