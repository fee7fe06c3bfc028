import { basename, dirname, join } from 'node:path'
import type { Logger } from '../model/logger'
import { type Disk, orGone } from './disk'
import type { JournalPlace } from './place'
import { removeSegment, type Place, type Segment, type Segments } from './segments'

/** What decides about a segment's removal. */
export interface ReclaimDeps {
  readonly segments: Segments
  readonly disk: Disk
  readonly logger: Pick<Logger, 'warn'>
  readonly isDone: (segment: Segment) => boolean
  readonly committed: () => Place | undefined
  readonly place: Pick<JournalPlace, 'note'>
  /** Writes and syncs what waits: an outcome must be on disk before its intent's segment goes. */
  readonly sync: () => Promise<void>
}

/**
 * Removes segments that are stored, oldest first. A file goes only when it has no open intent and all before it are
 * gone: were a later one removed first, the outcome would vanish before its intent, and after a crash a request that
 * ended well would be reported as `unknown`. The read position is on disk before a file goes.
 */
export function createReclaim(deps: ReclaimDeps): () => Promise<void> {
  let running: Promise<void> | undefined
  let again = false

  async function run(): Promise<void> {
    try {
      do {
        again = false
        await reclaim(deps)
      } while (again)
    } catch (error) {
      deps.logger.warn({ err: error }, 'The journal could not remove stored segments; it tries again')
    } finally {
      running = undefined
    }
  }

  return () => {
    again = true
    return (running ??= run())
  }
}

async function reclaim(deps: ReclaimDeps): Promise<void> {
  const { segments, isDone, disk } = deps
  for (const segment of segments.all.filter(({ memory }) => memory)) {
    if (isDone(segment)) removeSegment(segments, segment)
  }
  const done: Segment[] = []
  for (const segment of segments.all.filter(({ path }) => path)) {
    if (!isDone(segment) || segment.open > 0) break
    done.push(segment)
  }
  if (done.length === 0) return
  await deps.sync()
  const last = done.at(-1)
  if (last) await deps.place.note(placeAfter(last, deps.committed()))
  for (const segment of done) {
    if (segment.path) await (segment.suspect ? setAside(disk, segment.path) : disk.unlink(segment.path)).catch(orGone)
    removeSegment(segments, segment)
  }
}

/** The committed place, if it lies in a file; else the end of the last segment to go. */
function placeAfter(last: Segment, committed: Place | undefined): Place {
  const isFurther = committed?.segment.path !== undefined && committed.segment.number > last.number
  return isFurther ? committed : { segment: last, offset: last.bytes }
}

const DAMAGED = 'damaged'
const MAX_DAMAGED_BYTES = 64 * 1024 * 1024

/** Keeps a damaged segment for people to look at, beside the producers' folders; the oldest go beyond 64 MiB. */
export async function setAside(disk: Disk, path: string): Promise<void> {
  const folder = join(dirname(dirname(path)), DAMAGED)
  await disk.ensureFolder(folder)
  await disk.rename(path, join(folder, `${basename(dirname(path))}_${basename(path)}`))
  const kept = await Promise.all(
    (await disk.list(folder)).map(async (name) => ({ name, info: await disk.stat(join(folder, name)) })),
  )
  kept.sort((one, other) => other.info.mtimeMs - one.info.mtimeMs)
  let bytes = 0
  for (const { name, info } of kept) {
    bytes += info.size
    if (bytes > MAX_DAMAGED_BYTES) await disk.unlink(join(folder, name)).catch(orGone)
  }
}
