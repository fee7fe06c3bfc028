import { type Command, defineCommand } from '../test/rigs/runner/command'
import { run as runAnalytics } from './analytics'
import { run as runAppend } from './append'
import { run as runCapture } from './capture'
import { FRAMEWORKS } from './capture/frameworks'
import { run as runExport } from './export'
import { run as runGrowth } from './growth'
import { run as runIngest } from './ingest'
import { run as runLive } from './live'
import { run as runPage } from './page'
import { run as runStartup } from './startup'

/** Every benchmark, in the order of `all`. */
export const COMMANDS: readonly Command[] = [
  defineCommand({
    name: 'capture',
    summary: 'CPU that full durable capture adds to a request, against pino-http and repository.save()',
    bar: 'added CPU ≤ 0.5 × pino-http, ≤ 0.3 × `save()`, ≤ 0.35 × pino-http with the sequencer elsewhere; throughput ≥ 0.92 of bare; RSS flat',
    flags: {
      framework: { default: 'express', summary: 'the framework of the application', choices: FRAMEWORKS },
      rounds: { default: 9, summary: 'interleaved rounds' },
      requests: { default: 10000, summary: 'requests of a round' },
      warmup: { default: 10000, summary: 'requests before the first round' },
      connections: { default: 32, summary: 'keep-alive connections' },
      paced: { default: 70, summary: 'load offered to all, in percent of what the bare application can serve' },
      profile: { default: false, summary: 'prints the functions that take the most time in our mode' },
      modes: { default: '', summary: 'only these modes, by comma' },
    },
    run: runCapture,
  }),
  defineCommand({
    name: 'append',
    summary: 'from the journal into the inbox, against one COPY of the same rows into the same table',
    bar: '≥ 0.9 × COPY',
    flags: {
      rounds: { default: 15, summary: 'interleaved rounds, after one to warm up' },
      events: { default: 50000, summary: 'events of a round' },
    },
    run: runAppend,
  }),
  defineCommand({
    name: 'ingest',
    summary:
      'from accepted to visible in the log, everything in one process, against one `repository.save()` per event',
    bar: '≥ 10,000 events/s; ≥ 8 × `save()`; Node CPU ≤ 8 µs per event; numbers without a gap; the slowest tenth of the seconds ≥ 0.6 × the median, the second half ≥ 0.8 × the first',
    flags: {
      events: { default: 500000, summary: 'events in all' },
      pieces: { default: 5, summary: 'pieces, with some `save()` before each' },
      saves: { default: 2000, summary: 'rows saved one by one before each piece' },
    },
    run: runIngest,
  }),
  defineCommand({
    name: 'startup',
    summary:
      'from createAuditTrail() to a trail that is ready, in fresh processes: new folder, known folder, PostgreSQL',
    bar: 'embedded ≤ 2.5 s cold, ≤ 1 s warm, RSS ≤ 350 MB; PostgreSQL ≤ 0.5 s',
    flags: { rounds: { default: 5, summary: 'rounds, of five starts each' } },
    run: runStartup,
  }),
  defineCommand({
    name: 'analytics',
    summary: 'every number of a dashboard over three months, asked of the API, against plain SQL over the log',
    bar: 'each ≤ 50 ms p50 and ≥ 50 × as fast as plain SQL; the same numbers',
    flags: {
      events: { default: 5000000, summary: 'events in the log, of one workspace' },
      rounds: { default: 5, summary: 'interleaved rounds, after one to warm up' },
      asks: { default: 5, summary: 'times that the API is asked in each round' },
    },
    run: runAnalytics,
  }),
  defineCommand({
    name: 'page',
    summary:
      'First, deep and filtered pages of a workspace of two million events, against bare `pg` and other numbers of shards',
    bar: 'offset 1,000,000 ≤ 1.5 × offset 0 with an exact total; 20 and 400 shards ≤ 1.5 × one; filtered first pages ≤ 3 × the same SQL by bare `pg`; filters that match nothing ≤ 1 s',
    flags: {
      events: { default: 2000000, summary: 'events of the workspace, in each of three databases' },
      shards: { default: 20, summary: 'shards of the database that most figures come from' },
      rounds: { default: 200, summary: 'interleaved rounds; filtered pages take a tenth' },
    },
    run: runPage,
  }),
  defineCommand({
    name: 'growth',
    summary: 'ingest and pages of a trail that holds ten million events, against those of an empty one',
    bar: 'ingest ≥ 0.9 × empty; first page ≤ 1.5 × empty, offset 1,000,000 ≤ 1.5 × offset 0 with an exact total',
    flags: {
      events: { default: 10_000_000, summary: 'events that are stored beforehand' },
      stretch: { default: 100_000, summary: 'events of one stretch of ingest' },
      rounds: { default: 7, summary: 'stretches on each trail, in turn, after one to warm up' },
      pages: { default: 200, summary: 'interleaved rounds of pages' },
    },
    run: runGrowth,
  }),
  defineCommand({
    name: 'export',
    summary: 'all events of a workspace as CSV over HTTP, against `COPY … TO STDOUT CSV` of the same rows',
    bar: '≥ 0.5 × the speed of COPY; RSS growth ≤ 64 MB',
    flags: {
      events: { default: 1_000_000, summary: 'events of the workspace' },
      rounds: { default: 5, summary: 'interleaved rounds, after one to warm up' },
    },
    run: runExport,
  }),
  defineCommand({
    name: 'live',
    summary: 'from `record()` in the application to followers of the live stream over HTTP, at a steady rate',
    bar: 'p50 ≤ 200 ms, p99 ≤ 500 ms at 1,000 events/s',
    flags: {
      rate: { default: 1_000, summary: 'events per second' },
      seconds: { default: 20, summary: 'how long' },
      clients: { default: 5, summary: 'followers' },
    },
    run: runLive,
  }),
]
