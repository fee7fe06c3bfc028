import { z } from 'zod'

import { nearest } from '../model/nearest'
import { isProblem, problem, quoted, type Problem } from './problem'

type Shape = Readonly<Record<string, z.core.$ZodType>>

/**
 * Reads a query string by a schema. A name that the schema does not have, a repeated parameter that is not a list, and a
 * value that does not fit each give the problem that names the parameter and the remedy.
 */
export function readQuery<Schema extends z.ZodObject>(
  schema: Schema,
  query: URLSearchParams,
): z.output<Schema> | Problem {
  const shape: Shape = schema.shape
  const raw: Record<string, unknown> = {}
  for (const name of new Set(query.keys())) {
    const member = Object.hasOwn(shape, name) ? shape[name] : undefined
    if (!member) return unknownParameter(name, Object.keys(shape))
    const value = rawValue(name, member, query.getAll(name))
    if (isProblem(value)) return value
    raw[name] = value
  }
  return check(schema, raw, (name) => query.get(name) ?? '')
}

/** Reads the decoded parameters of a path by a schema. */
export function readPath<Schema extends z.ZodObject>(
  schema: Schema,
  params: Readonly<Record<string, string>>,
): z.output<Schema> | Problem {
  return check(schema, params, (name) => params[name] ?? '')
}

function check<Schema extends z.ZodObject>(
  schema: Schema,
  raw: unknown,
  given: (name: string) => string,
): z.output<Schema> | Problem {
  const result = schema.safeParse(raw)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const name = String(issue?.path[0] ?? '')
  const member = (schema.shape as Shape)[name]
  if (!issue || !member) return problem('ERR_PARAMETER_INVALID', 'The parameters do not fit together.')
  const { kind, example } = expectationOf(name, member)
  const phrase = issue.code === 'custom' ? issue.message : `is not ${kind}`
  return problem('ERR_PARAMETER_INVALID', `Parameter "${name}" ${phrase}: ${quoted(given(name))}.`, {
    parameter: name,
    remedy: `Give ${kind}${example}.`,
  })
}

function unknownParameter(name: string, names: readonly string[]): Problem {
  const meant = nearest(name, names)
  const remedy =
    names.length === 0
      ? 'This endpoint takes no parameters.'
      : meant === undefined
        ? `Known parameters: ${names.join(', ')}.`
        : `Did you mean "${meant}"?`
  return problem('ERR_PARAMETER_UNKNOWN', `There is no parameter ${quoted(name)} here.`, { parameter: name, remedy })
}

function rawValue(name: string, member: z.core.$ZodType, values: readonly string[]): unknown {
  const kind = kindOf(member)
  if (kind === 'array') return values
  if (values.length > 1) {
    const detail = `Parameter "${name}" is given ${values.length} times.`
    return problem('ERR_PARAMETER_REPEATED', detail, { parameter: name, remedy: 'Give it once.' })
  }
  const [value = ''] = values
  // Number('') is 0 and Number('1e2') is 100: only digits are a number here.
  return kind === 'number' ? (/^-?\d{1,16}$/.test(value) ? Number(value) : NaN) : value
}

/** The type below defaults, optionals and transformations. */
function kindOf(member: z.core.$ZodType): string {
  const inner =
    member instanceof z.ZodOptional || member instanceof z.ZodDefault
      ? member.def.innerType
      : member instanceof z.ZodPipe
        ? member.def.in
        : undefined
  return inner ? kindOf(inner) : member._zod.def.type
}

/** What a parameter takes, in words, and how to go on with an example of it. */
function expectationOf(name: string, member: z.core.$ZodType): { kind: string; example: string } {
  const schema = z.toJSONSchema(member, { io: 'input' })
  const example: unknown = schema.examples?.[0]
  const isShown = typeof example === 'string' || typeof example === 'number'
  return { kind: kindInWords(schema), example: isShown ? `, such as ${name}=${example}` : '' }
}

function kindInWords(schema: z.core.JSONSchema.BaseSchema): string {
  const { type, minimum = 0, maximum = Infinity, maxLength, maxItems = 0, enum: words } = schema
  if (type === 'integer') {
    return maximum < Number.MAX_SAFE_INTEGER
      ? `a whole number from ${minimum} to ${maximum}`
      : `a whole number, ${minimum} or more`
  }
  if (Array.isArray(words)) return `one of ${words.join(', ')}`
  if (type === 'array') return `at most ${maxItems} values, none of them empty`
  return maxLength === undefined ? 'a text' : `a text of 1 to ${maxLength} bytes`
}
