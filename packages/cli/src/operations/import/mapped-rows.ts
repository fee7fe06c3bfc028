import type { ImportRow, MapRow } from '@actrail/core/maintenance'
import { errorCode } from '../../error-code'
import type { RowSource, SourceRow } from './source-row'

/** The rows of a source as events, or with the reason why not. */
export async function* mappedRows(source: RowSource, mapRow: MapRow): AsyncGenerator<ImportRow<SourceRow>> {
  for await (const origin of source.rows()) yield { origin, made: made(origin, mapRow) }
}

function made({ content }: SourceRow, mapRow: MapRow): ImportRow<SourceRow>['made'] {
  if ('reason' in content) return content
  try {
    return mapRow(content.row)
  } catch (error) {
    if (errorCode(error) === 'ERR_EVENT_INVALID') return { reason: (error as Error).message }
    throw error
  }
}
