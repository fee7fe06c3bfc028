import { type Examination, examine } from './examine'
import { atDatabase, type DatabasePlace } from './reach'
import { checkRights, type SetUp } from './rights'
import { somebodyLeads } from './sql/examine'
import { readStatus, type StoreStatus } from './store-status'
import { versionOf } from './upgrade'

/** A log as it is seen from outside. */
export interface Look extends Examination {
  readonly setUp: SetUp
  /** Some process puts the log in order. */
  readonly isLed: boolean
  readonly figures: StoreStatus
}

/**
 * Looks at a log without being part of it: migrates nothing, leads nothing, and leaves nothing behind. Undefined when
 * the database holds no log in that schema. Rejects as `atDatabase` and `checkRights` do.
 */
export function lookAtLog(place: DatabasePlace): Promise<Look | undefined> {
  return atDatabase(place, async ({ database, link }) => {
    const { ran } = await versionOf(database, link.where)
    if (ran.length === 0) return undefined
    const { setUp } = await checkRights(database, false)
    const [lead] = await database.query<{ leads: boolean }>(somebodyLeads, [database.schema])
    const [examined, figures] = [await examine(link, database), await readStatus(database)]
    return { ...examined, setUp, isLed: lead?.leads === true, figures }
  })
}
