import { createHash } from 'node:crypto'
import type { Logger } from '../model/logger'
import { segmentEpoch } from './producer-folder'
import type { Gap, JournalReports } from './types'

/** What a dead producer's segment lacks. */
export interface FoundGap extends Pick<Gap, 'producer' | 'reason' | 'count' | 'counted' | 'to'> {
  /** File name. */
  readonly segment: string
}

/** What a report is made with. */
export interface FoundGapDeps {
  readonly reports: Pick<JournalReports, 'gap'>
  readonly logger: Pick<Logger, 'warn'>
}

/** @returns the text of the event that reports it, with the same id for each adopter who finds it; undefined: none. */
export function reportFoundGap({ reports, logger }: FoundGapDeps, { segment, ...gap }: FoundGap): string | undefined {
  const from = segmentEpoch(segment)
  try {
    return reports.gap({ ...gap, id: idOf(from, `${gap.producer} ${segment} ${gap.reason}`), from })
  } catch (error) {
    // Counted, it would be the next gap.
    logger.warn({ err: error, segment }, 'The journal could not report a gap')
    return undefined
  }
}

/** A UUIDv7 of the time when the producer began, so that the log looks for it where an earlier adopter has put it. */
function idOf(beganAt: number, place: string): string {
  const time = beganAt.toString(16).padStart(12, '0').slice(-12)
  const hash = createHash('sha256').update(place).digest('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`
}
