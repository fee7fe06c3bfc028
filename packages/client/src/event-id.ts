const HEX = (byte: number): string => byte.toString(16).padStart(2, '0')

/** A new id of an event: `evt_` and a UUIDv7 (RFC 9562) of this moment, its other bits random. */
export function newEventId(nowMs: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10))
  bytes[0] = 0x70 | (bytes[0]! & 0x0f)
  bytes[2] = 0x80 | (bytes[2]! & 0x3f)
  const hex = nowMs.toString(16).padStart(12, '0') + Array.from(bytes, HEX).join('')
  return `evt_${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`
}
