import { z } from 'zod'

const column = z.string().min(1).max(256)
const plain = z.union([z.string(), z.number(), z.boolean()])
const oneOf = (...names: readonly string[]) => ({
  error: `needs exactly one of ${names.join(', ')}`,
  check: (value: object) => names.filter((name) => name in value).length === 1,
})

const ruleShape = {
  column: column.optional(),
  constant: plain.optional(),
  template: z.string().min(1).max(1_024).optional(),
  map: z.record(z.string(), plain.nullable()).optional(),
  otherwise: plain.optional(),
  default: plain.optional(),
}
const isOneSource = oneOf('column', 'constant', 'template')
/** A text stands for a column. */
const named = (value: unknown): unknown => (typeof value === 'string' ? { column: value } : value)
const rule = z.preprocess(named, z.strictObject(ruleShape).refine(isOneSource.check, isOneSource))
const member = z.preprocess(
  named,
  z.strictObject({ ...ruleShape, json: z.boolean().optional() }).refine(isOneSource.check, isOneSource),
)
const members = z.union([z.array(column).min(1).max(256), z.record(z.string().min(1), member)], {
  error: 'must be a list of columns, or an object that says of each member where it comes from',
})
const time = z.preprocess(
  named,
  z.strictObject({ column, format: z.string().min(1).max(100).optional(), zone: z.string().min(1).max(64).optional() }),
)
const change = z.strictObject({ old: rule.optional(), new: rule.optional() })
const isOneKindOfChanges = oneOf('column', 'fields', 'field')
const changes = z.preprocess(
  named,
  z
    .strictObject({
      column: column.optional(),
      fields: z.record(z.string().min(1), change).optional(),
      ...{ field: rule.optional(), old: rule.optional(), new: rule.optional() },
    })
    .refine(isOneKindOfChanges.check, isOneKindOfChanges),
)

/** How the rows of somebody's own audit table become events: what {@link readMapping} accepts. */
export const mapping = z.strictObject({
  source: z
    .string()
    .regex(/^[\w.:/-]{1,100}$/, 'must be 1–100 letters, digits and . _ - : /')
    .meta({ description: 'A name for the table. Part of every id: keep it for as long as you import from there.' }),
  key: z.union([column, z.array(column).min(1).max(10)], { error: 'must be a column, or a list of columns' }),
  occurredAt: time,
  action: rule,
  verb: rule.optional(),
  actor: z.strictObject({ type: rule, id: rule, email: rule, name: rule }).partial().optional(),
  onBehalfOf: z.strictObject({ type: rule, id: rule }).partial().optional(),
  resource: z.strictObject({ type: rule, id: rule, name: rule }).partial().optional(),
  ...{ workspace: rule.optional(), project: rule.optional(), issue: rule.optional(), result: rule.optional() },
  ...{ statusCode: rule.optional(), durationUs: rule.optional(), ip: rule.optional(), userAgent: rule.optional() },
  ...{ requestId: rule.optional(), traceId: rule.optional() },
  context: members.optional(),
  details: members.optional(),
  changes: changes.optional(),
  redact: z
    .strictObject({ keys: z.array(z.string().min(1)), allow: z.array(z.string().min(1)) })
    .partial()
    .optional(),
})

/** A checked mapping. */
export type Mapping = z.output<typeof mapping>
/** Where one text comes from. */
export type Rule = z.output<typeof rule>
/** Where one member of `details` or `context` comes from. */
export type MemberRule = z.output<typeof member>
/** Where all members of `details` or `context` come from. */
export type MemberRules = z.output<typeof members>
/** Where the changes come from. */
export type ChangesRule = z.output<typeof changes>
