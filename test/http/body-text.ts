import type { ApiResponse } from '../../packages/core/src/http/message'

/** The whole body of an answer, streamed or not, as text. */
export async function bodyText({ body }: Pick<ApiResponse, 'body'>): Promise<string> {
  if (typeof body === 'string') return body
  if (Buffer.isBuffer(body)) return body.toString()
  let text = ''
  for await (const chunk of body) text += chunk.toString()
  return text
}
