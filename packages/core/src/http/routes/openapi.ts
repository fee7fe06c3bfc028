import { z } from 'zod'

import { route } from '../route'

/** The description of all endpoints. It holds nothing of any tenant and is public. */
export const openApi = route({
  method: 'GET',
  path: '/openapi.json',
  operationId: 'getOpenApi',
  summary: 'This document.',
  permission: 'none',
  tenancy: 'none',
  params: z.object({}),
  query: z.object({}),
  answer: { description: 'An OpenAPI 3.1 document.', schema: z.looseObject({ openapi: z.literal('3.1.0') }) },
  handle: async (_call, services) => ({
    kind: 'answer',
    value: services.openApi(),
    headers: { 'cache-control': 'public, max-age=300' },
  }),
})
