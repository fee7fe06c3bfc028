import fc from 'fast-check'
import { frame, int32, text } from './frames'
import { createSession, type Request } from './session'

const START = Buffer.concat([int32(8), int32(196_608)])

function connected(id = 7): ReturnType<typeof createSession> {
  const session = createSession(id)
  session.push(START)
  return session
}

function bytesOf(requests: Request[]): string {
  return requests
    .map((request) => (request.kind === 'work' ? request.bytes.toString('latin1') : request.kind))
    .join('|')
}

const parse = (name: string): Buffer => frame('P', text(name), text('select 1'), Buffer.alloc(2))
const bind = (portal: string, name: string): Buffer => frame('B', text(portal), text(name), Buffer.alloc(6))
const SYNC = frame('S')

describe('a session', () => {
  it('finds the same units wherever the chunks of the client end', () => {
    const sent = Buffer.concat([START, frame('Q', text('select 1')), parse('a'), bind('', 'a'), SYNC, frame('X')])
    const whole = bytesOf(createSession(7).push(sent))
    fc.assert(
      fc.property(fc.array(fc.nat(sent.length)), (places) => {
        const session = createSession(7)
        const ends = [0, ...places.sort((a, b) => a - b), sent.length]
        const requests = ends.slice(1).flatMap((end, index) => session.push(sent.subarray(ends[index], end)))
        expect(bytesOf(requests)).toBe(whole)
      }),
    )
  })

  it('gives prepared statements names of its own, and leaves unnamed ones and portals', () => {
    const [unit] = connected(7).push(Buffer.concat([parse('find'), bind('portal', 'find'), parse(''), SYNC]))
    const sent = bytesOf(unit ? [unit] : [])
    expect(sent).toContain('c7_find\0select 1')
    expect(sent).toContain('portal\0c7_find\0')
    expect(sent).toContain(parse('').toString('latin1'))
  })

  it('says goodbye by closing the statements that are still there', () => {
    const session = connected(7)
    session.push(Buffer.concat([parse('a'), parse('b'), frame('C', Buffer.from('S'), text('a')), SYNC]))
    expect(session.farewell()).toEqual([frame('C', Buffer.from('S'), text('c7_b'))])
  })

  it('understands cancellations, wishes for encryption and terminations', () => {
    const cancel = Buffer.concat([int32(16), int32(80_877_102), int32(3), int32(99)])
    expect(createSession(1).push(cancel)).toEqual([{ kind: 'cancel', id: 3, secret: 99 }])
    const encrypted = createSession(1)
    expect(encrypted.push(Buffer.concat([int32(8), int32(80_877_103)]))).toEqual([{ kind: 'encrypt' }])
    expect(encrypted.push(START)).toEqual([{ kind: 'start' }])
    expect(encrypted.push(frame('X'))).toEqual([{ kind: 'terminate' }])
  })

  it('ends a unit at a Flush, which the backend answers without being ready', () => {
    const requests = connected().push(Buffer.concat([parse(''), frame('H'), SYNC]))
    expect(requests.map((one) => one.kind === 'work' && one.endsWithReady)).toEqual([false, true])
  })
})
