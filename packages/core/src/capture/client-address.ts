import ipaddr from 'ipaddr.js'
import { ActrailError } from '../errors'
import { normalAddress } from '../model/address'

/**
 * Which proxies may say who the client is: `false` none, a number the hops that are ours, a list the CIDR ranges or the
 * names `loopback`, `linklocal`, `uniquelocal`.
 */
export type TrustProxy = false | number | readonly string[]

/** Finds the client's address from the connection's peer and the raw `X-Forwarded-For` header. */
export type ClientAddress = (peer: string | undefined, forwardedFor: string | undefined) => string | undefined

const NAMED: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}
const MAX_HOPS = 32
/** Read from the right; an address has at most 45 characters. */
const MAX_HEADER = 2_048

/**
 * Compiles a trust setting. The walk goes from the socket to the left and stops at the first address that is not a
 * trusted proxy: what stands further left was written by the client.
 *
 * @throws ActrailError `ERR_OPTION_INVALID` for a range that cannot be read
 */
export function createClientAddress(trust: TrustProxy): ClientAddress {
  if (trust === false || trust === 0) return (peer) => normalAddress(peer)
  const trusted = typeof trust === 'number' ? undefined : trustedBy(trust)
  return (peer, forwardedFor) => {
    let address = normalAddress(peer)
    if (forwardedFor === undefined) return address
    const chain = forwardedFor.slice(-MAX_HEADER).split(',').slice(-MAX_HOPS)
    for (let hop = 0; chain.length > 0; hop++) {
      if (trusted === undefined ? hop >= (trust as number) : address === undefined || !trusted(address)) break
      const next = normalAddress(chain.pop())
      if (next === undefined) break
      address = next
    }
    return address
  }
}

function trustedBy(ranges: readonly string[]): (address: string) => boolean {
  const parsed = ranges.flatMap((range) => NAMED[range] ?? [range]).map(parseRange)
  return (text) => {
    const address = ipaddr.parse(text)
    return parsed.some(([base, bits]) => address.kind() === base.kind() && address.match(base, bits))
  }
}

function parseRange(range: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  try {
    if (range.includes('/')) return ipaddr.parseCIDR(range)
    const address = ipaddr.parse(range)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch (cause) {
    throw new ActrailError(
      'ERR_OPTION_INVALID',
      `Option trustProxy: "${range}" is no address range. Use CIDR ranges such as "10.0.0.0/8", or loopback, linklocal, uniquelocal.`,
      { cause },
    )
  }
}
