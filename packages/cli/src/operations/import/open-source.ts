import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Mapping, MapRow } from '@actrail/core/maintenance'
import type { Call } from '../../command'
import { Failure, usageFailure } from '../../failure'
import { placeIfNamed } from '../place'
import type { ImportFlags } from './flags'
import { openCsv } from './csv-source'
import type { RowSource } from './source-row'
import { openTable } from './table-source'

/** A table that is imported, and how its rows become events. */
export interface MappedSource {
  readonly source: RowSource
  readonly mapping: Mapping
  readonly mapRow: MapRow
}

/** Reads the mapping, opens the table, and sees that the one fits the other. To be closed by its `source`. */
export async function openMapped({ flags, io }: Pick<Call<ImportFlags>, 'flags' | 'io'>): Promise<MappedSource> {
  const { readMapping, createRowMapper } = await import('@actrail/core/maintenance')
  const mapping = readMapping(await readText(flags.mapping, io.cwd), flags.mapping)
  const source = await openSource(flags, io)
  try {
    return { source, mapping, mapRow: createRowMapper(mapping, source.columns) }
  } catch (error) {
    await source.close()
    throw error
  }
}

async function openSource(flags: ImportFlags, io: Call<ImportFlags>['io']): Promise<RowSource> {
  if (flags.fromCsv !== undefined) return openCsv(flags.fromCsv, flags, io)
  const database = flags.fromDatabase ?? placeIfNamed(flags, io)?.database
  if (database !== undefined) return openTable(database, flags.fromTable ?? '')
  throw usageFailure('Say where the table is: --from-database postgres://user@host:5432/database.')
}

async function readText(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(path.resolve(cwd, file), 'utf8')
  } catch (error) {
    throw new Failure('failed', `The mapping ${file} cannot be read. Check its name and its rights.`, { cause: error })
  }
}
