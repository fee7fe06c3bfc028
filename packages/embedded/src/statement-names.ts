import { frame, HEADER_BYTES, readText, text } from './frames'

/**
 * Gives each connection its own names of prepared statements, since all of them share one backend. Portals need none:
 * they live as long as a transaction, and a transaction belongs to one connection.
 */
export interface StatementNames {
  /** The message with the statement's name made this connection's own; other messages as they are. */
  rename(message: Buffer): Buffer
  /** Messages that close all statements of this connection, without a Sync. */
  closeAll(): Buffer[]
}

const STATEMENT = 0x53

/** @param connection Unique in this store. */
export function createStatementNames(connection: number): StatementNames {
  const prefix = `c${connection}_`
  const known = new Set<string>()

  const close = (name: string): Buffer => frame('C', Buffer.from('S'), text(name))

  function rename(message: Buffer): Buffer {
    switch (String.fromCharCode(message[0] ?? 0)) {
      case 'P':
        return parse(message)
      case 'B':
        return bind(message)
      case 'C':
      case 'D':
        return closeOrDescribe(message)
      default:
        return message
    }
  }

  function parse(message: Buffer): Buffer {
    const { value, end } = readText(message, HEADER_BYTES)
    if (value === '') return message
    known.add(prefix + value)
    return frame('P', text(prefix + value), message.subarray(end))
  }

  function bind(message: Buffer): Buffer {
    const portal = readText(message, HEADER_BYTES)
    const statement = readText(message, portal.end)
    if (statement.value === '') return message
    return frame('B', text(portal.value), text(prefix + statement.value), message.subarray(statement.end))
  }

  function closeOrDescribe(message: Buffer): Buffer {
    if (message[HEADER_BYTES] !== STATEMENT) return message
    const { value } = readText(message, HEADER_BYTES + 1)
    if (value === '') return message
    if (message[0] === 0x43) known.delete(prefix + value)
    return frame(String.fromCharCode(message[0] ?? 0), Buffer.from('S'), text(prefix + value))
  }

  return { rename, closeAll: () => [...known].map(close) }
}
