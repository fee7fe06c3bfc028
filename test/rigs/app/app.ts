import type { JournalOptions } from '@actrail/core'
import type { CaseStore } from '../../conformance/case-store'
import { childSettings, serveParent } from '../runner/parent'
import { freeDescriptors, takeDescriptors } from './descriptors'
import { serveItems } from './serve'

/** What the application of the rigs is started with: the same folder for each of its lives. */
export interface AppSettings extends CaseStore {
  readonly framework: string
  /** Writes rows, each with an event recorded in the same transaction; else its handlers need no database. */
  readonly business: boolean
  /** Notes whose handler ran. */
  readonly notes?: boolean
  readonly journal?: JournalOptions
}

async function main(): Promise<void> {
  const { port, trail, handled, close } = await serveItems(childSettings<AppSettings>())
  async function stop(): Promise<unknown> {
    await trail.flush()
    const status = await trail.status()
    await close()
    return status
  }
  // As a host would: whatever else keeps this process alive is the trail's fault.
  process.once('SIGTERM', () => {
    process.channel?.unref()
    void close()
  })
  serveParent(
    {
      stop,
      flush: () => trail.flush(),
      status: () => trail.status(),
      handled: () => handled,
      takeDescriptors,
      freeDescriptors,
      exit: () => process.exit(0),
      throw: () => void setImmediate(() => throwIt()),
    },
    port,
  )
}

function throwIt(): never {
  throw new Error('a mistake of the host that nobody catches: this rig makes it on purpose')
}

void main()
