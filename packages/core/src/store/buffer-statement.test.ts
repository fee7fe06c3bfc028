import fc from 'fast-check'
import { bindMessage, type BufferParameter } from './buffer-statement'

/** Reads a Bind message back, as https://www.postgresql.org/docs/current/protocol-message-formats.html tells it. */
function readBind(message: Buffer): { parameters: BufferParameter[]; rest: string } {
  expect(message.toString('latin1', 0, 1)).toBe('B')
  expect(message.readInt32BE(1)).toBe(message.length - 1)
  expect([message[5], message[6]]).toEqual([0, 0])
  const count = message.readInt16BE(7)
  const formats = Array.from({ length: count }, (_, i) => message.readInt16BE(9 + 2 * i))
  let at = 9 + 2 * count
  expect(message.readInt16BE(at)).toBe(count)
  at += 2
  const parameters = formats.map((format) => {
    const bytes = message.subarray(at + 4, at + 4 + message.readInt32BE(at))
    at += 4 + bytes.length
    return format === 1 ? bytes : Number(bytes.toString())
  })
  return { parameters, rest: message.subarray(at).toString('hex') }
}

it('writes a Bind message that says what was given', () => {
  const bytes = fc.uint8Array({ maxLength: 2_000 }).map((array) => Buffer.from(array))
  const parameter: fc.Arbitrary<BufferParameter> = fc.oneof(fc.nat(), bytes)
  fc.assert(
    fc.property(fc.array(parameter, { maxLength: 16 }), (parameters) => {
      expect(readBind(Buffer.concat(bindMessage(parameters)))).toEqual({ parameters, rest: '0000' })
    }),
  )
})

it('hands the buffers on without a copy', () => {
  const payload = Buffer.from('[]')
  expect(bindMessage([1, payload])).toContain(payload)
})
