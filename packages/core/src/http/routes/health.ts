import { z } from 'zod'

import { route } from '../route'

/** A word for load balancers and monitors; the details for administrators only. */
const status = z.enum(['ok', 'degraded', 'failing']).meta({
  description: '`degraded`: there is trouble, nothing is lost, the host serves on. `failing`: events are being lost.',
})

/** Whether recording and reading work. */
export const health = route({
  method: 'GET',
  path: '/health',
  operationId: 'getHealth',
  summary: 'Whether recording and reading work.',
  description:
    'Everybody gets `status`; credentials with `activity:admin` get the details as well. 200 while events are kept, also ' +
    'when the database is away; 503 only when this process loses events or is stopped.',
  permission: 'none',
  tenancy: 'none',
  params: z.object({}),
  query: z.object({}),
  answer: {
    description: 'The status.',
    schema: z.looseObject({ status }),
    unavailable: 'This process loses events, or is stopped: send its requests elsewhere.',
  },
  handle: async ({ request }, services) => {
    const report = await services.health()
    const value = (await services.isAdmin(request)) ? report : { status: report.status }
    return { kind: 'answer', status: report.status === 'failing' ? 503 : 200, value }
  },
})
