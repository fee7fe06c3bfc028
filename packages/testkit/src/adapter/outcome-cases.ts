import type { IncomingMessage } from 'node:http'
import { staticTokens } from '@actrail/core'
import { createCallbackPool } from './callback-pool'
import { CASE_WORKSPACE, type CaseApp, REFUSE_HEADER, USER_HEADER } from './case-app'
import { annotatedCases } from './cases-annotated'
import { answeredCases } from './cases-answered'
import { brokenCases } from './cases-broken'
import { refusedCases } from './cases-refused'
import { bindCase, type OutcomeCase } from './outcome-case'
import { createSignals } from './signals'

/** The token that reads the log of the case application. */
export const CASE_TOKEN = 'case-token'

/** Every way in which a request can go. Made anew for each application: the cases hold the state of their handlers. */
export function createOutcomeCases(): readonly OutcomeCase[] {
  const tools = { signals: createSignals(), pool: createCallbackPool(2) }
  const definitions = [...answeredCases, ...refusedCases, ...brokenCases, ...annotatedCases]
  return definitions.map((definition) => bindCase(definition, tools))
}

/** The application with the routes of these cases. */
export function caseAppOf(cases: readonly OutcomeCase[]): CaseApp {
  const reader = {
    id: 'reader',
    workspaces: [CASE_WORKSPACE],
    permissions: ['activity:read' as const, 'activity:export' as const, 'activity:write' as const],
  }
  return {
    routes: cases.flatMap(({ routes }) => routes),
    options: {
      actor: (req: IncomingMessage) => ({ type: 'user', id: String(req.headers[USER_HEADER]) }),
      workspace: () => CASE_WORKSPACE,
      abortGraceMs: 300,
      authorize: staticTokens({ [CASE_TOKEN]: reader }),
    },
    mountPath: '/audit/v1',
    refuse: (req) => Number(req.headers[REFUSE_HEADER]) || undefined,
    bodyLimit: 2_000,
  }
}
