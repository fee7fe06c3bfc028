import { hostname, userInfo } from 'node:os'
import path from 'node:path'
import type { EventInput } from '@actrail/core'
import type { ImportCounts, Mapping } from '@actrail/core/maintenance'
import type { Call } from '../../command'
import { Failure } from '../../failure'
import { writeTo } from '../../terminal/write-to'
import { placeOf } from '../place'
import { createStatusLine, inWords } from '../status-line'
import type { ImportFlags } from './flags'
import { mappedRows } from './mapped-rows'
import { type MappedSource, openMapped } from './open-source'
import { createRejectedFile, type RejectedFile } from './rejected-file'
import type { RowSource, SourceRow } from './source-row'

/** Imports, and says what became of the rows. */
export async function runImport(call: Call<ImportFlags>): Promise<void> {
  const { flags, io } = call
  const place = placeOf(flags, io)
  const { openLog } = await import('@actrail/core/maintenance')
  const mapped = await openMapped(call)
  const { source } = mapped
  const file = rejectedName(flags, io.cwd)
  try {
    const log = await openLog(place)
    try {
      const rejected = await createRejectedFile(file, source)
      const counts = await importInto(log, { call, mapped, rejected }).finally(() => rejected.close())
      await summarise(counts, { call, file })
    } finally {
      await log.close()
    }
  } finally {
    await source.close()
  }
}

interface Importing {
  readonly call: Call<ImportFlags>
  readonly mapped: MappedSource
  readonly rejected: RejectedFile
}

type Log = Awaited<ReturnType<(typeof import('@actrail/core/maintenance'))['openLog']>>

async function importInto(log: Log, { call, mapped, rejected }: Importing): Promise<ImportCounts> {
  const { flags, io } = call
  const { source, mapping, mapRow } = mapped
  const line = createStatusLine(io)
  const { keys, allow } = mapping.redact ?? {}
  try {
    return await log.importRows(mappedRows(source, mapRow), {
      batch: flags.batch,
      signal: io.signal,
      redact: { ...(keys && { keys }), ...(allow && { allow }) },
      onRefused: (row, reason) => refuse(row, reason, { flags, source, rejected }),
      onProgress: (counts) => line.show(progress(counts, source)),
      note: (counts) => noteOf(counts, { source, mapping, isWhole: !io.signal.aborted }),
    })
  } finally {
    line.end()
  }
}

interface Refusing {
  readonly flags: ImportFlags
  readonly source: RowSource
  readonly rejected: RejectedFile
}

async function refuse(row: SourceRow, reason: string, { flags, source, rejected }: Refusing): Promise<void> {
  if (flags.strict === true)
    throw new Failure(
      'failed',
      `${source.name}, ${source.unit} ${row.at}: ${reason}. Nothing behind it was read (--strict).`,
    )
  await rejected.add(row, reason)
}

function progress({ rows, added, known, refused }: ImportCounts, { aboutRows }: RowSource): string {
  const of = aboutRows === undefined ? '' : ` of about ${inWords(aboutRows)}`
  return `${inWords(rows)}${of} rows: ${inWords(added)} added, ${inWords(known)} known, ${inWords(refused)} rejected`
}

/** The event that tells of the import: in the workspace of all its events, if they have one. */
function noteOf(
  { rows, added, known, refused }: ImportCounts,
  { source, mapping, isWhole }: { source: RowSource; mapping: Mapping; isWhole: boolean },
): EventInput {
  const { workspace } = mapping
  const constant = workspace?.constant === undefined ? undefined : String(workspace.constant)
  return {
    action: 'audit.import',
    workspace: workspace === undefined ? 'default' : (constant ?? '_system'),
    actor: { type: 'system', id: 'import', name: operator() },
    resource: { type: 'audit-table', id: mapping.source, name: source.name },
    result: isWhole ? 'success' : 'aborted',
    details: { rows, added, known, rejected: refused },
    source: 'import',
  }
}

function operator(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    // In a container its user may have no name.
    return hostname()
  }
}

async function summarise(
  { rows, added, known, refused }: ImportCounts,
  { call, file }: { call: Call<ImportFlags>; file: string },
): Promise<void> {
  const { flags, io } = call
  const counts = { rows, added, known, rejected: refused, ...(refused > 0 && { rejectedFile: file }) }
  const text = `${inWords(rows)} rows: ${inWords(added)} added, ${inWords(known)} were in the log already, ${inWords(refused)} rejected.`
  // Also where the import was broken off: what it has done is done.
  await writeTo(io.stdout, `${flags.json === true ? JSON.stringify(counts) : text}\n`)
  if (io.signal.aborted) {
    io.stderr.write('Broken off. Run it again: it goes on from here.\n')
    io.signal.throwIfAborted()
  }
  if (refused > 0)
    throw new Failure('failed', `${inWords(refused)} rows were rejected. They are in ${file}, with the reasons.`)
}

function rejectedName({ rejected, fromCsv, fromTable }: ImportFlags, cwd: string): string {
  if (rejected !== undefined) return path.resolve(cwd, rejected)
  const name = fromCsv === '-' ? 'import' : (fromCsv ?? (fromTable ?? '').replace(/[^\w.-]+/g, '_'))
  return path.resolve(cwd, `${name}.rejected.csv`)
}
