import { createMemoryTrail } from './memory-trail'
import { type AuditOptions, resolveOptions } from './options'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const ask = (options: AuditOptions, path: string) =>
  createMemoryTrail({ logger: silent, ...options }).handle({
    method: 'GET',
    path,
    query: new URLSearchParams(),
    headers: {},
    native: undefined,
  })

it.each([
  [{ apiTimeout: 1 }, 'Option apiTimeout is unknown. Did you mean apiTimeoutMs?'],
  [{ batchEvent: 1 }, 'Did you mean batchEvents?'],
  [{ cacheEntrie: 1 }, 'Did you mean cacheEntries?'],
  [{ poolsize: 1 }, 'Did you mean poolSize?'],
  [{ metric: 1 }, 'Did you mean metrics?'],
  [{ redact: { pattern: [] } }, 'Option redact.pattern is unknown. Did you mean patterns?'],
  [{ redact: { limits: { maxByte: 1 } } }, 'Option redact.limits.maxByte is unknown. Did you mean maxBytes?'],
  [{ journal: { maxMemoryByte: 1 } }, 'Did you mean maxMemoryBytes?'],
  [{ journal: { minFreeByte: 1 } }, 'Did you mean minFreeBytes?'],
  [{ batchMs: -1 }, 'Option batchMs'],
  [{ poolSize: 21 }, 'Option poolSize'],
  [{ redact: { patterns: ['secret'] } }, 'Option redact.patterns.0: must be a regular expression'],
  [{ logger: { warn: () => undefined } }, 'Option logger: must have error()'],
])('refuses %j and says what was meant', (options, message) => {
  expect(() => resolveOptions(options as AuditOptions)).toThrow(message)
})

it('answers 503 when a request to the log takes longer than apiTimeoutMs', async () => {
  const authorize = () => new Promise<never>(() => undefined)
  const began = performance.now()
  expect((await ask({ authorize, apiTimeoutMs: 100 }, '/activity')).status).toBe(503)
  expect(performance.now() - began).toBeLessThan(5_000)
})

it('takes out what redact.patterns match, and cuts at redact.limits', async () => {
  const redact = {
    patterns: [/\bEMP-\d+/],
    limits: { maxTextBytes: 64, maxMembers: 2, maxDepth: 2, maxNameBytes: 16, maxBytes: 1_024 },
  }
  const trail = createMemoryTrail({ redact })
  await trail.record({ action: 'thing.made', details: { who: 'EMP-12 and EMP-7', long: 'x'.repeat(500) } })
  await trail.record({ action: 'thing.made', details: { a: { b: { c: 1 } } } })
  await trail.record({ action: 'thing.made', details: { list: [1, 2, 3, 4] } })
  await trail.record({ action: 'thing.made', details: { ['n'.repeat(40)]: 1 } })
  const [first, deep, wide, named] = trail.events().map(({ details }) => details)
  expect(JSON.stringify(first)).not.toMatch(/EMP-|x{65}/)
  expect(JSON.stringify(deep)).toContain('[too deep]')
  expect((wide?.['list'] as unknown[]).length).toBeLessThanOrEqual(3)
  expect(Object.keys(named ?? {})[0]?.length).toBeLessThanOrEqual(16)
})
