import { createUserAgentReader, readUserAgent } from './user-agent'

const CHROME =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1'

describe('a user agent', () => {
  it('shows browser, system and device', () => {
    expect(readUserAgent(CHROME)).toEqual({
      raw: CHROME,
      browser: { name: 'Chrome', version: '120.0.0.0' },
      os: { name: 'Mac OS', version: '10.15.7' },
      device: { type: null, vendor: 'Apple', model: 'Macintosh' },
    })
    expect(readUserAgent(IPHONE).device).toEqual({ type: 'mobile', vendor: 'Apple', model: 'iPhone' })
  })

  it('of no browser shows only what it said', () => {
    expect(readUserAgent('acme-cli/1.5.0')).toEqual({
      raw: 'acme-cli/1.5.0',
      browser: null,
      os: null,
      device: null,
    })
    expect(readUserAgent('')).toEqual({ raw: '', browser: null, os: null, device: null })
  })

  it('is read for its first 512 bytes only, in little time whatever it holds', () => {
    const started = performance.now()
    for (const piece of ['Android ', '(', 'Mozilla/5.0 ', 'iPhone;', ' ']) {
      expect(readUserAgent(piece.repeat(100_000)).raw.length).toBeLessThanOrEqual(512)
    }
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('is remembered, but only so many of them', () => {
    const read = createUserAgentReader(2)
    const first = read(CHROME)
    expect(read(CHROME)).toBe(first)
    read('other/1')
    expect(read(CHROME)).toBe(first)
    read('other/2')
    expect(read(CHROME)).toBe(first)
    read('other/3')
    read('other/4')
    expect(read(CHROME)).not.toBe(first)
    expect(read(CHROME)).toEqual(first)
  })
})
