import { ActrailError } from '../errors'
import { FIGURES, type Figure } from './figures'
import { loadOptional } from './optional-package'
import type { TrailStatus } from './trail-status'

/** The part of a `prom-client` registry that is used. */
export interface MetricsRegistry {
  registerMetric(metric: never): void
  getSingleMetric(name: string): unknown
  removeSingleMetric(name: string): void
}

/** A trail's metrics in the host's registry. */
export interface Metrics {
  /** Registers the metrics; they are read when they are scraped, all from one status. No request pays for them. */
  show(read: () => Promise<TrailStatus>): void
  /** Counts one write to the database, in ms. */
  storeWrite(tookMs: number): void
  /** Takes the metrics out of the registry; may be called twice. */
  stop(): void
}

/** What of `prom-client` is used. */
type PromClient = Pick<typeof import('prom-client'), 'Counter' | 'Gauge' | 'Histogram'>
type Registers = { registers: [import('prom-client').Registry] }

const WRITE_SECONDS = 'actrail_store_write_seconds'
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/**
 * Prepares a trail's metrics; nothing is registered yet.
 *
 * @throws ActrailError `ERR_OPTION_INVALID` when `prom-client` is not installed, or the registry has another trail's metrics
 */
export function createMetrics(registry: MetricsRegistry): Metrics {
  const client = loadOptional<PromClient>('prom-client')
  if (client === undefined) throw invalid('prom-client is not installed. Run: npm install prom-client')
  if (registry.getSingleMetric(WRITE_SECONDS) !== undefined)
    throw invalid(
      'this registry has the metrics of another trail. Give each a Registry of its own, and join them with Registry.merge',
    )
  const writes = new client.Histogram({
    name: WRITE_SECONDS,
    help: 'Time that one write of events to the database took.',
    buckets: BUCKETS,
    registers: [],
  })
  return {
    show(read) {
      const registers = { registers: [registry] } as unknown as Registers
      const atOnce = shared(read)
      for (const figure of FIGURES) register(client, { figure, registers, read: atOnce })
      registry.registerMetric(writes as never)
    },
    storeWrite: (tookMs) => writes.observe(tookMs / 1_000),
    stop: () =>
      [WRITE_SECONDS, ...FIGURES.map(({ name }) => name)].forEach((name) => registry.removeSingleMetric(name)),
  }
}

interface Registration {
  readonly figure: Figure
  readonly registers: Registers
  readonly read: () => Promise<TrailStatus>
}

function register(client: PromClient, { figure: { name, help, kind, of }, registers, read }: Registration): void {
  if (kind === 'gauge') {
    const gauge = new client.Gauge({
      ...{ name, help, ...registers },
      collect: async () => {
        const value = of(await read())
        // What is not known has no sample: a zero would be a lie.
        if (value === undefined) gauge.remove()
        else gauge.set(value)
      },
    })
    return
  }
  const counter = new client.Counter({
    ...{ name, help, ...registers },
    collect: async () => {
      const value = of(await read()) ?? 0
      counter.reset()
      counter.inc(value)
    },
  })
}

/** All metrics of a scrape are asked at once: they get the same status. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => (reading ??= read().finally(() => (reading = undefined)))
}

function invalid(what: string): ActrailError {
  return new ActrailError('ERR_OPTION_INVALID', `Option metrics: ${what}.`)
}
