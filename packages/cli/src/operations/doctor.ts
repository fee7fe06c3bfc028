import type { Check } from '@actrail/core'
import type { CommandDefinition } from '../command'
import { Failure } from '../failure'
import { createPaint } from '../terminal/paint'
import { tableLines } from '../terminal/table'
import { visible, visibleJson } from '../terminal/visible'
import { writeTo } from '../terminal/write-to'
import { PLACE_FLAGS, type PlaceFlags, placeOf } from './place'

interface Flags extends PlaceFlags {
  readonly json?: boolean
}

/** `actrail doctor` */
export const doctor: CommandDefinition<Flags> = {
  name: 'doctor',
  summary: 'Examine an installation and say what to do',
  description:
    'Looks at the clock, the database and its rights, the sequencer, and with --directory at the journal. Changes nothing and disturbs no application that runs; an embedded store that is in use is left alone. Ends with exit code 1 if anything is wrong.',
  flags: [...PLACE_FLAGS, { flag: '--json', description: 'Print the checks as JSON.' }],
  examples: ['actrail doctor --database postgres://app@localhost/app --directory /srv/app/.actrail'],
  run: async ({ io, flags }) => {
    const place = placeOf(flags, io)
    const { examineInstallation } = await import('@actrail/core/maintenance')
    const checks = await examineInstallation(place)
    const failed = checks.filter(({ ok }) => !ok).length
    const text = flags.json === true ? visibleJson(checks, 2) : report(checks, { io, color: flags.color }).join('\n')
    await writeTo(io.stdout, `${text}\n`, io.signal)
    if (failed > 0) throw new Failure('failed', `${failed} of ${checks.length} checks failed: see what to do above.`)
  },
}

type Style = {
  readonly io: Parameters<typeof createPaint>[0] & { isTTY: boolean; columns: number }
  readonly color: boolean
}

function report(checks: readonly Check[], { io, color }: Style): string[] {
  const style = { width: io.isTTY ? io.columns : undefined, paint: createPaint(io, color) }
  const table = tableLines<Check>(
    [
      {
        heading: '',
        cell: ({ ok }) => (ok ? 'ok' : 'WRONG'),
        colour: ({ ok }) => (ok ? 'green' : 'red'),
        isFixed: true,
      },
      { heading: 'CHECK', cell: ({ check }) => check, isFixed: true },
      { heading: 'FOUND', cell: ({ message }) => message },
    ],
    checks,
    style,
  )
  const remedies = checks.flatMap(({ ok, check, message, remedy }) =>
    remedy === undefined ? [] : [`${ok ? 'Hint' : 'To do'}, ${check}: ${ok ? '' : `${message} `}${remedy}`],
  )
  return [...table, ...(remedies.length === 0 ? [] : ['', ...remedies.map(visible)])]
}
