import fc from 'fast-check'
import { decodeCursor, encodeCursor } from './cursor'

describe('a cursor', () => {
  it('comes back as it was, for every number that a log can reach', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (seq) => {
        expect(decodeCursor(encodeCursor({ workspaceSeq: seq }))).toEqual({ workspaceSeq: seq })
        expect(decodeCursor(encodeCursor({ logIndex: BigInt(seq) }))).toEqual({ logIndex: seq })
      }),
    )
  })

  it('is safe in a URL as it is', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (seq) => {
        expect(encodeCursor({ workspaceSeq: seq })).toMatch(/^[\w-]+$/)
      }),
    )
  })

  it.each([
    '',
    'x',
    '====',
    'dw',
    'w5',
    btoa('w-1'),
    btoa('w01'),
    btoa('x5'),
    btoa('w9999999999999999'),
    'A'.repeat(500),
  ])('is not read from %j', (text) => expect(decodeCursor(text)).toBeUndefined())

  it('is refused or read, but never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeCursor(text)))
  })
})
