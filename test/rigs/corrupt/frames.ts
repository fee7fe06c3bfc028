/** One record of a journal's segment, as the format on disk is documented: `length u32 | crc32 u32 | type u8 | payload | \n`. */
export interface Frame {
  readonly from: number
  /** First byte after it; the byte before is the newline. */
  readonly to: number
  readonly kind: 'intent' | 'event' | 'cancel'
  /** Id of the intent that it is or ends; undefined for an event of its own. */
  readonly intent: string | undefined
  /** The JSON in it. */
  readonly text: string
}

const HEADER = 9
const ID = 36
const KINDS = ['intent', 'event', 'event', 'cancel'] as const
const WITHOUT_INTENT = 3

/** Reads a sound segment. Written once more from the description of the format, so that a mistake there is not made twice. */
export function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = []
  for (let from = 0; from < bytes.length;) {
    const length = bytes.readUInt32LE(from)
    const type = bytes.readUInt8(from + HEADER - 1)
    const to = from + HEADER + length + 1
    const kind = KINDS[type - 1]
    if (kind === undefined || to > bytes.length || bytes[to - 1] !== 10) throw new Error(`no sound record at ${from}`)
    const payload = bytes.toString('utf8', from + HEADER, to - 1)
    const intent = type === WITHOUT_INTENT ? undefined : payload.slice(0, ID)
    frames.push({ from, to, kind, intent, text: intent === undefined ? payload : payload.slice(ID) })
    from = to
  }
  return frames
}
