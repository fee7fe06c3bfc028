import fc from 'fast-check'
import { cleanText, clip } from './text'

const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 200 })

describe('clean text', () => {
  it('loses NUL characters and lone surrogates, and keeps the rest', () => {
    expect(cleanText('a\0b', 100)).toBe('ab')
    expect(cleanText('a\ud800b', 100)).toBe('a\ufffdb')
    expect(cleanText('smile 😀 größer', 100)).toBe('smile 😀 größer')
  })

  it('is clipped between two code points', () => {
    expect(cleanText('ab😀', 5)).toBe('ab')
    expect(cleanText('ab😀', 6)).toBe('ab😀')
    expect(cleanText('é'.repeat(10), 5)).toBe('éé')
    expect(cleanText('x'.repeat(1_000_000), 256)).toHaveLength(256)
  })

  it('is well-formed, without NUL, within its bytes, and clean already', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 300 }), (text, maxBytes) => {
        const clean = cleanText(text, maxBytes)
        expect(clean).not.toMatch(/\p{Surrogate}/u)
        expect(clean).not.toContain('\0')
        expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(maxBytes)
        expect(cleanText(clean, maxBytes)).toBe(clean)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('clipping', () => {
  it('keeps the longest start that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 60 }), (text, maxBytes) => {
        const clipped = clip(text, maxBytes)
        const rest = [...text.slice(clipped.length)]
        expect(text.startsWith(clipped)).toBe(true)
        expect(Buffer.byteLength(clipped)).toBeLessThanOrEqual(maxBytes)
        if (rest.length > 0) expect(Buffer.byteLength(clipped + rest[0])).toBeGreaterThan(maxBytes)
      }),
    )
  })
})
