import ipaddr from 'ipaddr.js'

const SEEN_AT_MOST = 2_000
const seen = new Map<string, string | undefined>()

/**
 * The normal form of an address: RFC 5952, an IPv4 address mapped into IPv6 as IPv4, without brackets, port or zone.
 * Returns undefined for what is not an address.
 * @example normalAddress('::ffff:10.0.0.1') // '10.0.0.1'
 */
export function normalAddress(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 100) return undefined
  if (seen.has(text)) return seen.get(text)
  if (seen.size >= SEEN_AT_MOST) seen.clear()
  const address = parse(text.trim())
  seen.set(text, address)
  return address
}

function parse(text: string): string | undefined {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? text
  const bare = bracketed.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1').replace(/%.*$/, '')
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare).toString()
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined
  const address = ipaddr.process(bare)
  return address.kind() === 'ipv4' ? address.toString() : (address as ipaddr.IPv6).toRFC5952String()
}
