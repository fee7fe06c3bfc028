import { usageFailure } from '../failure'

const DURATION = /^(?:\d{1,9}(?:ms|[smhdw]))+$/
const TIME = /^(\d{4}-\d\d-\d\d)(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|z|[+-]\d\d:?\d\d)?)?$/
const EVENT_ID = /^(?:evt_)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A duration back from now, a date or a time, as the API reads it; refuses what it would refuse. */
export function readMoment(text: string): string {
  if (DURATION.test(text)) return text
  const date = TIME.exec(text)?.[1]
  if (date !== undefined && dayExists(date)) return text
  throw usageFailure(
    `"${text}" is no time. Write a duration back from now (1h, 7d), a date (2024-01-31) or a time (2024-01-31T14:00:00Z), in UTC where no zone is given.`,
  )
}

/** A whole number within a range, both ends included. */
export function readCount({ least, most }: { readonly least: number; readonly most: number }) {
  return (text: string): number => {
    const count = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    if (count >= least && count <= most) return count
    const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `of ${least} or more`
    throw usageFailure(`"${text}" is not a whole number ${range}.`)
  }
}

/** A type of actor, or a type and an id. */
export function readActor(text: string): string {
  if (/^[^:]+(:.+)?$/s.test(text)) return text
  throw usageFailure(`"${text}" is no actor. Write a type (system), or a type and an id (service-account:ci-pipeline).`)
}

/** A text that is not empty. */
export function readText(text: string): string {
  if (text !== '') return text
  throw usageFailure('A value is empty. Give one, or leave its flag out.')
}

/** The id of an event, with or without `evt_`. */
export function readEventId(text: string): string {
  if (EVENT_ID.test(text)) return text
  throw usageFailure(`"${text}" is no id of an event. Ids begin with evt_, as --ids and --json of the list show them.`)
}

function dayExists(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date)
}
