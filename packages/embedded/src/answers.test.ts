import fc from 'fast-check'
import { createAnswerReader } from './answers'
import { frame, readyFrame } from './frames'

const message = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((body) => frame('D', body)),
  fc.uint8Array({ maxLength: 20 }).map((body) => frame('A', body)),
  fc.constantFrom('I' as const, 'T' as const, 'E' as const).map(readyFrame),
)

function read(chunks: Buffer[]): { messages: Buffer; notifications: Buffer; statuses: string[] } {
  const messages: Buffer[] = []
  const notifications: Buffer[] = []
  const statuses: string[] = []
  const reader = createAnswerReader({
    messages: (bytes) => messages.push(bytes),
    notification: (bytes) => notifications.push(bytes),
    ready: (status) => statuses.push(status),
  })
  for (const chunk of chunks) reader.push(chunk)
  return { messages: Buffer.concat(messages), notifications: Buffer.concat(notifications), statuses }
}

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

describe('an answer reader', () => {
  it('finds the same messages, notifications and statuses wherever the chunks end', () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat()), (sent, places) => {
        const isNotification = (one: Buffer): boolean => one[0] === 0x41
        const expected = {
          messages: Buffer.concat(sent.filter((one) => !isNotification(one))),
          notifications: Buffer.concat(sent.filter(isNotification)),
          statuses: sent.filter((one) => one[0] === 0x5a).map((one) => String.fromCharCode(one[5] ?? 0)),
        }
        expect(read(cut(Buffer.concat(sent), places))).toEqual(expected)
      }),
    )
  })

  it('joins a large value once', () => {
    const large = frame('D', Buffer.alloc(8 * 1024 * 1024, 1))
    const chunks = Array.from({ length: 1024 }, (_, index) => large.subarray(index * 8192, (index + 1) * 8192))
    const concat = jest.spyOn(Buffer, 'concat')
    read([...chunks, large.subarray(1024 * 8192)])
    const joins = concat.mock.calls.length
    concat.mockRestore()
    expect(joins).toBeLessThan(10)
  })
})
