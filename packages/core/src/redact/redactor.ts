import type { Json, JsonObject } from '../model/event'

export interface RedactOptions {
  readonly keys?: readonly string[]
}

export interface Redactor {
  value(value: unknown): Json
  object(value: unknown): JsonObject | undefined
  text(text: string, maxBytes?: number): string
  url(url: string): string
  header(name: string, value: string | readonly string[]): string
  isSecretName(name: string): boolean
}

export function createRedactor(_options: RedactOptions = {}): Redactor {
  const value = (given: unknown): Json => JSON.parse(JSON.stringify(given) ?? 'null') as Json
  return {
    value,
    object: (given) => (given === undefined ? undefined : (value(given) as JsonObject)),
    text: (text) => text,
    url: (url) => url,
    header: (_name, given) => String(given),
    isSecretName: (name) => name.toLowerCase() === 'password',
  }
}
