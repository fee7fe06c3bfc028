import { createAuditTrail } from '@actrail/core'
import { join } from 'node:path'
import { childSettings, serveParent } from '../../test/rigs/runner/parent'
import type { ServerSettings } from './modes'

/** The process that puts the log of `actrail-split` in order: a trail that serves nobody. */
async function main(): Promise<void> {
  const { database, folder } = childSettings<ServerSettings>()
  const trail = createAuditTrail({ database, directory: join(folder, 'sequencer') })
  await trail.start()
  serveParent({ stop: () => trail.stop() })
}

void main()
