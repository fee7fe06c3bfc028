import { createClientAddress } from './client-address'

describe('the client address', () => {
  it('is the socket peer when no proxy is trusted, whatever the header says', () => {
    expect(createClientAddress(false)('::ffff:203.0.113.9', '1.1.1.1')).toBe('203.0.113.9')
  })

  it('is found right to left through trusted ranges, never the leftmost on trust', () => {
    const find = createClientAddress(['10.0.0.0/8', 'loopback'])
    expect(find('127.0.0.1', '6.6.6.6, 198.51.100.7, 10.1.1.1')).toBe('198.51.100.7')
    expect(find('203.0.113.9', '6.6.6.6')).toBe('203.0.113.9')
    expect(find('127.0.0.1', '10.0.0.5')).toBe('10.0.0.5')
  })

  it('takes exactly as many hops as are ours', () => {
    const find = createClientAddress(2)
    expect(find('10.0.0.1', '6.6.6.6, 198.51.100.7, 10.0.0.2')).toBe('198.51.100.7')
    expect(find('10.0.0.1', '198.51.100.7')).toBe('198.51.100.7')
  })

  it('stops at what is not an address and survives endless headers', () => {
    const find = createClientAddress(['uniquelocal'])
    expect(find('10.0.0.1', '6.6.6.6, unknown')).toBe('10.0.0.1')
    expect(find('10.0.0.1', '10.0.0.2,'.repeat(50_000))).toBe('10.0.0.1')
    expect(find(undefined, '6.6.6.6')).toBeUndefined()
  })

  it('refuses a range that it cannot read, by name', () => {
    expect(() => createClientAddress(['10.0.0.0/99'])).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  })
})
