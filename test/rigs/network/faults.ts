/** What can be wrong between the application and Postgres. */
export const FAULTS = [
  /** Nothing passes. In the end half of the connections go on where they were, the others stay silent for good. */
  'black-hole',
  /** Postgres is gone from the connections that are open, and the application is not told. */
  'half-open',
  /** Each packet takes up to 300 ms. */
  'latency',
  /** Connections are reset while a write is being sent, is executed, or is answered: nobody knows whether it is committed. */
  'reset',
  /** Packets of one byte. */
  'slices',
  /** Nobody listens. */
  'refused',
] as const

/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number]

/** Where in a write the connection breaks. */
export const MOMENTS = ['sending', 'executing', 'answering'] as const

/** Whether a packet to Postgres carries events, or the statement that puts them into the log. */
export function isWrite(packet: Buffer): boolean {
  return packet.includes('leaf_hash')
}

/** Whether a packet from Postgres says that a write was executed: an insert, or the sequencer's statement. */
export function isWritten(packet: Buffer): boolean {
  return packet.includes('INSERT 0 ') || packet.includes('next_index')
}
