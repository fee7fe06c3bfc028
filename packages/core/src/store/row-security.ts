import type { Queries } from './database'

/** A setting and its value, until the transaction ends. */
export type Setting = readonly [name: string, value: string]

/** Whose rows a transaction sees under row security: those of one workspace or, `undefined`, of all. */
export function sightOf(workspaceId: string | undefined): Setting {
  return workspaceId === undefined ? ['actrail.everywhere', 'on'] : ['actrail.workspace', workspaceId]
}

/** Applies settings to the transaction that is open, in one round trip; nothing else on the connection inherits them. */
export async function setLocally(queries: Queries, settings: readonly Setting[]): Promise<void> {
  const calls = settings.map((_, at) => `set_config($${2 * at + 1}, $${2 * at + 2}, true)`)
  await queries.query(`select ${calls.join(', ')}`, settings.flat())
}
