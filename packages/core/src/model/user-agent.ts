import { UAParser } from 'ua-parser-js'
import { clip } from './text'

/** A user agent as the S1 view shows it; `null` is what could not be told. */
export interface UserAgent {
  readonly raw: string
  readonly browser: { readonly name: string; readonly version: string | null } | null
  readonly os: { readonly name: string; readonly version: string | null } | null
  readonly device: {
    readonly type: string | null
    readonly vendor: string | null
    readonly model: string | null
  } | null
}

/** Reads a raw `User-Agent`. */
export type UserAgentReader = (raw: string) => UserAgent

/** No more than this much of a user agent is read: its patterns have been made to run for seconds by longer ones. */
const USER_AGENT_MAX_BYTES = 512

/** Reads a user agent with ua-parser-js, on the first 512 bytes. For many of them use {@link createUserAgentReader}. */
export function readUserAgent(raw: string): UserAgent {
  const clipped = clip(raw, USER_AGENT_MAX_BYTES)
  const { browser, os, device } = new UAParser(clipped).getResult()
  return {
    raw: clipped,
    browser: browser.name ? { name: browser.name, version: browser.version ?? null } : null,
    os: os.name ? { name: os.name, version: os.version ?? null } : null,
    device:
      device.type || device.vendor || device.model
        ? { type: device.type ?? null, vendor: device.vendor ?? null, model: device.model ?? null }
        : null,
  }
}

/** {@link readUserAgent} that remembers the `capacity` (default 1,000) user agents used last. */
export function createUserAgentReader(capacity = 1_000): UserAgentReader {
  const known = new Map<string, UserAgent>()
  return (raw) => {
    const key = clip(raw, USER_AGENT_MAX_BYTES)
    const found = known.get(key) ?? readUserAgent(key)
    // A map keeps its keys in the order of insertion: the first is the one not used for longest.
    known.delete(key)
    known.set(key, found)
    if (known.size > capacity) known.delete(known.keys().next().value!)
    return found
  }
}
