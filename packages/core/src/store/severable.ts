import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Link } from './connection'

/** A link whose connections can be cut. */
export interface SeverableLink extends Link {
  /**
   * Cuts every connection over this link, for good: those that connect, that wait for an answer, and that have said
   * farewell to a server which does not hear. What waits on one of them rejects. May be called twice.
   */
  sever(): void
}

/** The same link, with an eye on the stream under each connection, since no pool knows all of its own. */
export function severable(link: Link): SeverableLink {
  const open = new Set<Duplex>()
  const { stream: given } = link.client
  let severed = false

  function stream(): Duplex {
    const made = given?.() ?? new Socket()
    open.add(made)
    made.once('close', () => open.delete(made))
    // Not before `pg` connects it and listens: that would bring a destroyed socket back to life.
    if (severed) setImmediate(() => made.destroy())
    return made
  }

  return {
    ...link,
    client: { ...link.client, stream },
    sever: () => {
      severed = true
      for (const made of open) made.destroy()
    },
  }
}
