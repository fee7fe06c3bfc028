import {
  adapterContract,
  createOutcomeCases,
  type CaseApp,
  type ServedCaseApp,
  type TestRunner,
} from '@actrail/testkit'
import type { CaseStore } from './case-store'
import type { MatrixKit } from './matrix'

type Serve = (app: CaseApp, store: CaseStore) => Promise<ServedCaseApp>

/**
 * Declares the adapter contract on the harness that `kit` names.
 *
 * @returns asked after the run: the cases that passed only because this server cannot have them
 */
export async function declareAdapter(
  { harness, serve }: Extract<MatrixKit, { kind: 'adapter' }>,
  store: CaseStore,
  runner: TestRunner,
): Promise<() => readonly string[]> {
  const module = (await import(`./${harness}.js`)) as Readonly<Record<string, unknown>>
  const start = module[serve] as Serve
  const without = (module['without'] ?? []) as readonly string[]
  let speaksHttp2 = false
  adapterContract(
    {
      name: serve,
      without,
      async serve(app) {
        const served = await start(app, store)
        speaksHttp2 = served.http2Port !== undefined
        return served
      },
    },
    runner,
  )
  const needHttp2 = createOutcomeCases().flatMap(({ name, http2 }) => (http2 ? [name] : []))
  return () => (speaksHttp2 ? [] : needHttp2)
}
