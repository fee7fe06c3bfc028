import type { ActivityEvent } from '@actrail/client'

import type { Colour } from '../terminal/paint'
import type { Column } from '../terminal/table'
import type { RowFlags } from './row-flags'

/** What a row of the table shows: when, who, what, to which resource. */
export function eventColumns({ local: isLocal = false, ids: hasIds = false }: RowFlags): Column<ActivityEvent>[] {
  return [
    {
      heading: isLocal ? 'TIME (LOCAL)' : 'TIME',
      cell: ({ timestamp }) => timeOf(timestamp, isLocal),
      colour: () => 'dim',
      isFixed: true,
      usualWidth: 19,
    },
    ...(hasIds ? [{ heading: 'ID', cell: ({ id }: ActivityEvent) => id, isFixed: true, usualWidth: 40 }] : []),
    { heading: 'USER', cell: ({ actor }) => actorOf(actor), usualWidth: 24 },
    { heading: 'ACTION', cell: actionOf, colour: colourOf, usualWidth: 20 },
    { heading: 'RESOURCE', cell: ({ resource }) => resource?.name ?? resource?.id ?? resource?.type ?? '-' },
  ]
}

/** A user by e-mail address or id, anybody else as `--actor` takes it. */
function actorOf({ type, id, email }: ActivityEvent['actor']): string {
  if (email !== undefined) return email
  if (id === undefined) return type
  return type === 'user' ? id : `${type}:${id}`
}

/** A result that is not the usual one stands behind the action, so that no row of a failure looks like a success. */
function actionOf({ action, result }: ActivityEvent): string {
  return result === 'success' ? action : `${action} (${result})`
}

function colourOf({ action, result }: ActivityEvent): Colour | undefined {
  if (result !== 'success') return 'red'
  if (/\.(delete|remove|revoke)d?$/.test(action)) return 'yellow'
  return /\.(create|invite)d?$/.test(action) ? 'green' : undefined
}

function timeOf(timestamp: string, isLocal: boolean): string {
  const time = new Date(timestamp)
  if (Number.isNaN(time.getTime())) return timestamp
  // Shifted by the zone, so that the UTC text of it is the local time.
  const shown = isLocal ? new Date(time.getTime() - time.getTimezoneOffset() * 60_000) : time
  return shown.toISOString().slice(0, 19).replace('T', ' ')
}
