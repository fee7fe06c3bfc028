import type { Duplex } from 'node:stream'
import type { ClientBase } from 'pg'

/** Destroys the socket under a client, which fails whatever waits on it. */
export function cutClient(client: ClientBase): void {
  const { connection } = client as unknown as { connection: { stream: Duplex } }
  connection.stream.destroy()
}
