import { createJournal } from '../../packages/core/src/journal/journal'
import { idOf, text } from './scratch'

/** Serves one request and ends in the same turn. Arguments: folder, number, and `exit`, `throw` or `drain`. */
const [, , directory = '', n = '0', end] = process.argv
const logger = { warn: () => undefined }
const reports = { lostIntent: () => undefined, inProgress: () => undefined, gap: () => undefined }
const journal = createJournal({ directory, mode: 'durable', logger, reports, adoptMs: 0 })
journal.outcome(text({ id: idOf(Number(n)) }), journal.intent(idOf(Number(n)), '{}'))
if (end === 'exit') process.exit(0)
if (end === 'throw') throw new Error('uncaught')
