import { z } from 'zod'

import { route } from '../route'

/** Whether recording and reading work; the details for administrators only. */
export const health = route({
  method: 'GET',
  path: '/health',
  operationId: 'getHealth',
  summary: 'Whether recording and reading work.',
  description: 'Everybody gets `status`; credentials with `activity:admin` get the details as well. Always 200.',
  permission: 'none',
  tenancy: 'none',
  params: z.object({}),
  query: z.object({}),
  answer: {
    description: 'The status.',
    schema: z.looseObject({
      status: z.enum(['ok', 'degraded']).meta({ description: '`degraded`: there is trouble; the host serves on.' }),
    }),
  },
  handle: async ({ request }, services) => {
    const report = await services.health()
    const value = (await services.isAdmin(request)) ? report : { status: report.status }
    return { kind: 'answer', value }
  },
})
