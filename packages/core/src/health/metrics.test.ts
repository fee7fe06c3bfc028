import { Registry } from 'prom-client'
import { createMemoryTrail } from '../memory-trail'
import { FIGURES } from './figures'

const valueOf = (text: string, name: string): string | undefined => new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]

it("shows in the host's registry what the trail is doing, as of the scrape", async () => {
  const metrics = new Registry()
  const trail = createMemoryTrail({ metrics })
  expect(valueOf(await metrics.metrics(), 'actrail_events_accepted_total')).toBe('0')
  await trail.record({ action: 'thing.made' })
  const text = await metrics.metrics()
  expect(valueOf(text, 'actrail_events_accepted_total')).toBe('1')
  expect(valueOf(text, 'actrail_events_lost_total')).toBe('0')
  expect(valueOf(text, 'actrail_failing')).toBe('0')
  expect(text).toContain('# TYPE actrail_events_accepted_total counter')
  expect(text).toContain('# TYPE actrail_store_write_seconds histogram')
})

it('gives no sample for what is not known', async () => {
  const metrics = new Registry()
  createMemoryTrail({ metrics })
  const text = await metrics.metrics()
  expect(text).toContain('# TYPE actrail_log_events gauge')
  expect(valueOf(text, 'actrail_log_events')).toBeUndefined()
})

it('takes its metrics back when the trail is stopped', async () => {
  const metrics = new Registry()
  const trail = createMemoryTrail({ metrics })
  await trail.stop()
  expect(metrics.getMetricsAsArray()).toEqual([])
  createMemoryTrail({ metrics })
})

it('refuses a registry that has the metrics of another trail', () => {
  const metrics = new Registry()
  createMemoryTrail({ metrics })
  expect(() => createMemoryTrail({ metrics })).toThrow(/Option metrics: .*Registry\.merge/)
})

it('refuses what is no registry', () => {
  expect(() => createMemoryTrail({ metrics: {} as Registry })).toThrow(/Option metrics: must be a prom-client Registry/)
})

it('has names as Prometheus wants them: counters end in _total, times are in seconds, sizes in bytes', () => {
  for (const { name, kind, help } of FIGURES) {
    expect(name).toMatch(/^actrail_[a-z_]+$/)
    expect(name.endsWith('_total')).toBe(kind === 'counter')
    expect(name).not.toMatch(/_ms\b|_mb\b/)
    expect(help).toMatch(/\.$/)
  }
})
