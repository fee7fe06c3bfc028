import { createIds } from '../model/id'
import { createRedactor } from '../redact/redactor'
import type { CaptureDeps, CaptureRules } from './capture-options'
import { connectionOf } from './connection'
import type { Exchange } from './exchange'
import { createStart } from './start'

/** The path in the intent of a request, before any route has matched. */
function intendedPath(url: string): string {
  let payload = '{}'
  const journal = { intent: (id: string, text: string) => ((payload = text), { id }) }
  const deps = { ids: createIds(), journal, now: Date.now, redactor: createRedactor(), swallowed: () => undefined }
  const rules = { capture: 'all', intents: 'all', requestIdHeader: 'x-request-id', include: { headers: [] } }
  const req = { method: 'GET', rawHeaders: [], httpVersionMajor: 1 } as unknown as Exchange['req']
  const start = createStart(deps as unknown as CaptureDeps, rules as unknown as CaptureRules)
  start({ req, url, native: req } as unknown as Exchange, connectionOf(req))
  return (JSON.parse(payload) as { path: string }).path
}

describe('the path in an intent', () => {
  it.each([
    ['/issues/42/comments'],
    ['/workspaces/acme/issues/018cc251-f400-7000-8000-00000000abcd'],
    ['/posts/how-to-keep-an-audit-log-with-node-20'],
    ['/characteristically_unhyphenated'],
  ])('is what was asked for: %s', (path) => {
    expect(intendedPath(`${path}?q=1`)).toBe(path)
  })

  it.each([
    ['/reset/Zk3v9Qm2x8TfLr5W1bNc7yHd', '/reset/[redacted]'],
    ['/invite/a1b2-Zk3v9Qm2x8TfLr5W1bNc7yHd-z/accept', '/invite/[redacted]/accept'],
    ['/unsubscribe/5f4dcc3b5aa765d61d8327deb882cf99', '/unsubscribe/[redacted]'],
  ])('leaves out what may be a secret of the route: %s', (path, kept) => {
    expect(intendedPath(path)).toBe(kept)
  })
})
