import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { type EventInput, type EventRow, type Json, RESULTS } from '../model/event'
import { createIds } from '../model/id'
import { createRedactor } from '../redact/redactor'
import { canonicalJson } from './canonical'
import { leafHash } from './leaf'
import { normaliseEvent } from './normal-form'
import { encodeRow } from './row'

const defaults = { now: () => 1_705_329_121_000, nextId: createIds().next, redactor: createRedactor() }

// Any UTF-16 code units, so that quotes, control characters, NUL and halves of pairs all occur.
const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 20 })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const nested = maybe(
  fc.dictionary(anyText, fc.anything({ withBigInt: true, withDate: true, withMap: true }), { maxKeys: 3 }),
)

const inputs = fc.record({
  action: anyText.map((text) => `a${text}`),
  verb: maybe(anyText),
  actor: maybe(fc.record({ type: anyText, id: maybe(anyText), email: maybe(anyText), name: maybe(anyText) })),
  onBehalfOf: maybe(fc.record({ type: anyText, id: anyText })),
  resource: maybe(fc.record({ type: anyText, id: maybe(anyText), name: maybe(anyText) })),
  workspace: maybe(anyText),
  project: maybe(anyText),
  issue: maybe(anyText),
  result: maybe(fc.constantFrom(...RESULTS)),
  statusCode: maybe(fc.integer({ min: 0, max: 700 })),
  ip: maybe(fc.oneof(fc.ipV4(), fc.ipV6(), anyText)),
  userAgent: maybe(anyText),
  requestId: maybe(anyText),
  traceId: maybe(fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 32, maxLength: 32 })),
  intentId: maybe(fc.uuid()),
  source: maybe(anyText),
  occurredAt: maybe(fc.date({ min: new Date('1900-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })),
  durationUs: maybe(fc.double({ min: 0, max: 1e12, noNaN: true })),
  context: nested,
  details: nested,
  changes: nested,
}) as fc.Arbitrary<EventInput>

describe('an encoded row', () => {
  it('is the canonical JSON of the row with its leaf hash as the last member', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const row = normaliseEvent(input, defaults)
        const canonical = canonicalJson(row as unknown as Json)
        expect(encodeRow(row)).toBe(`${canonical.slice(0, -1)},"leaf_hash":"\\\\x${leafHash(canonical)}"}`)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is the same again when it is read and encoded again', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const text = encodeRow(normaliseEvent(input, defaults))
        const { leaf_hash: hash, ...row } = JSON.parse(text) as EventRow & { leaf_hash: string }
        expect(encodeRow(row)).toBe(text)
        expect(hash).toBe(
          `\\x${createHash('sha256')
            .update('\0')
            .update(canonicalJson(row as unknown as Json))
            .digest('hex')}`,
        )
      }),
    )
  })

  it('holds every column that a row can have', () => {
    const row: Required<EventRow> = {
      v: 1,
      id: '018d0c3e-5a80-7abc-8def-0123456789ab',
      occurred_at: 1,
      workspace_id: 'w',
      actor_type: 'a',
      actor_id: 'b',
      actor_email: 'c',
      actor_name: 'd',
      on_behalf_of: { type: 'e', id: 'f' },
      action: 'g',
      verb: 'G',
      resource_type: 'h',
      resource_id: 'i',
      resource_name: 'j',
      issue_id: 'k',
      project: 'l',
      result: 'success',
      status_code: 200,
      ip: '::1',
      user_agent: 'm',
      request_id: 'n',
      trace_id: 'o',
      intent_id: '018d0c3e-5a80-7abc-8def-0123456789ac',
      source: 'p',
      duration_us: 2,
      context: { q: 1 },
      details: { r: 2 },
      changes: { s: 3 },
    }
    const { leaf_hash: _, ...encoded } = JSON.parse(encodeRow(row)) as EventRow & { leaf_hash: string }
    expect(encoded).toEqual(row)
  })
})

describe('the normal form', () => {
  it('is its own normal form', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const row = normaliseEvent(input, defaults)
        expect(normaliseEvent(inputOf(row), defaults)).toEqual(row)
      }),
      { numRuns: 1_000 },
    )
  })
})

function inputOf(row: EventRow): EventInput {
  const { actor_type: type, actor_id: id, actor_email: email, actor_name: name } = row
  const input = {
    ...row,
    actor: { type, id, email, name },
    onBehalfOf: row.on_behalf_of,
    resource: { type: row.resource_type, id: row.resource_id, name: row.resource_name },
    workspace: row.workspace_id,
    issue: row.issue_id,
    statusCode: row.status_code,
    userAgent: row.user_agent,
    requestId: row.request_id,
    traceId: row.trace_id,
    intentId: row.intent_id,
    occurredAt: new Date(row.occurred_at),
    durationUs: row.duration_us,
  }
  return input as unknown as EventInput
}
