/** The part of a pino logger that is used: an object with facts first, then the message. */
export interface Logger {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Warnings and errors on stderr, a line each; what a host without a logger gets. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (facts, message) => console.error(`${message}${reasonOf(facts)}`),
  error: (facts, message) => console.error(`${message}${reasonOf(facts)}`),
}

function reasonOf(facts: object): string {
  const { err } = facts as { err?: unknown }
  return err instanceof Error ? ` (${err.message})` : ''
}
