import type { FlagDefinition } from '../command'

/** Flags that say how events are shown; `list` and `stream` share them. */
export interface RowFlags {
  readonly local?: boolean
  readonly ids?: boolean
  readonly json?: boolean
}

/** See {@link RowFlags}. */
export const ROW_FLAGS: readonly FlagDefinition[] = [
  { flag: '--local', description: 'Times in the time zone of the terminal, instead of UTC.' },
  { flag: '--ids', description: 'Show the id of each event, for `actrail activity show`.' },
]
