import type { MatrixKit } from './matrix'
import type { CollectingRunner } from './matrix-collect'
import { declareAdapter } from './matrix-adapter'
import { declareStore } from './matrix-store'
import { createCollectingRunner } from './matrix-collect'
import type { declareDoors } from './nest-doors'

/** What the rig tells the process that plays a target. */
export interface MatrixSettings {
  readonly kit: MatrixKit
  /** Superuser, an empty database. */
  readonly database: string
  /** An empty folder. */
  readonly directory: string
}

async function main(settings: MatrixSettings): Promise<void> {
  const runner = createCollectingRunner()
  const absent = await declare(settings, runner)
  const cases = (await runner.run()).filter(({ name }) => !absent().includes(name))
  process.send?.({ cases })
  // Nothing is ended by force: a process that does not end now has a leak, which the rig reports.
  process.disconnect()
}

function declare({ kit, ...store }: MatrixSettings, runner: CollectingRunner): Promise<() => readonly string[]> {
  if (kit.kind === 'doors') return declareBeyondHttp(kit.harness, runner)
  return kit.kind === 'adapter' ? declareAdapter(kit, store, runner) : declareStore(store, runner)
}

/** Loaded by name: only the stand of this target has what it imports. */
async function declareBeyondHttp(harness: string, runner: CollectingRunner): Promise<() => readonly string[]> {
  const module = (await import(`./${harness}.js`)) as { declareDoors: typeof declareDoors }
  await module.declareDoors(runner)
  return () => []
}

void main(JSON.parse(process.argv[2] ?? '{}') as MatrixSettings)
