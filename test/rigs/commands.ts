import { FRAMEWORKS } from '../conformance/frameworks'
import { POSTGRES_VERSIONS } from '../db/binaries'
import { run as runAttribution } from './attribution/attribution'
import { run as runBadInput } from './badinput/badinput'
import { run as runCorrupt } from './corrupt/corrupt'
import { run as runHost } from './host/host'
import { HOSTS } from './host/served'
import { run as runHostile } from './hostile/hostile'
import { run as runSecrets } from './secrets/secrets'
import { run as runSeeds } from './seeds/seeds'
import { run as runTenants } from './tenants/tenants'
import { run as runConformance } from './conformance/conformance'
import { run as runCrash } from './crash/crash'
import { run as runDisk } from './disk/disk'
import { run as runNetwork } from './network/network'
import { run as runOutage } from './outage/outage'
import { run as runOutcomes } from './outcomes/outcomes'
import { run as runPacked } from './packed/packed'
import { type Command, defineCommand } from './runner/command'
import { run as runStream } from './stream/stream'
import { run as runSnapshot } from './snapshot/snapshot'
import { run as runSoak } from './soak/soak'
import { run as runStop } from './stop/stop'
import { run as runTamper } from './tamper/tamper'
import { run as runWorkers } from './workers/workers'

const framework = { default: 'express', summary: 'the framework of the application', choices: FRAMEWORKS } as const

/** Every rig, in the order of `all`. */
export const COMMANDS: readonly Command[] = [
  defineCommand({
    name: 'crash',
    summary: 'kill -9 of a serving application at random moments under full load',
    bar: 'of acknowledged requests none without an event, none twice, ≤ 0.05 % unknown; no event without a request; every committed row has its event; ≥ 300 requests/s',
    flags: {
      framework,
      kills: { default: 40, summary: 'how often' },
      connections: { default: 24, summary: 'clients at once' },
      up: { default: 2_500, summary: 'longest life before a kill, in ms' },
      rate: { default: 300, summary: 'requests per second that must have been served' },
    },
    nightly: ['express', 'koa', 'nest-express'].map((framework) => ({ framework, kills: 200 })),
    run: runCrash,
  }),
  defineCommand({
    name: 'outage',
    summary: 'Postgres is stopped as by a crash, under load, and comes back',
    bar: 'no request lost or doubled; p99 of requests meanwhile ≤ before + 1 ms; memory grows by ≤ 64 MB; drained ≤ 60 s after',
    flags: {
      framework,
      seconds: { default: 30, summary: 'how long it is away' },
      rate: { default: 300, summary: 'requests per second' },
      connections: { default: 24, summary: 'clients at once' },
    },
    nightly: { seconds: 600 },
    run: runOutage,
  }),
  defineCommand({
    name: 'network',
    summary:
      'a proxy before Postgres goes silent, breaks half, delays, resets in the middle of a write, cuts into bytes',
    bar: 'no request lost or doubled; every request served, their p99 ≤ before + 10 ms; drained ≤ 120 s after',
    flags: {
      framework,
      faults: { default: 12, summary: 'how many, one after the other' },
      only: { default: '', summary: 'names of faults, with commas' },
      longest: { default: 4, summary: 'longest fault, in seconds' },
      rate: { default: 200, summary: 'requests per second' },
      connections: { default: 16, summary: 'clients at once' },
    },
    nightly: { faults: 120 },
    run: runNetwork,
  }),
  defineCommand({
    name: 'disk',
    summary: "the journal's disk is full, read-only, or out of descriptors, with Postgres away as well",
    bar: 'every request served; what is lost is counted exactly and reported in the log; in mode strict 503 before the handler, and nothing lost',
    flags: {
      framework,
      only: { default: '', summary: 'names of acts, with commas' },
      size: { default: 2, summary: 'of a disk that gets full, in MB' },
      losses: { default: 500, summary: 'events to lose, or requests to refuse' },
      connections: { default: 16, summary: 'clients at once' },
    },
    nightly: { size: 16, losses: 20_000 },
    run: runDisk,
  }),
  defineCommand({
    name: 'stop',
    summary: 'SIGTERM, process.exit and an uncaught exception of the host, with Postgres there and away',
    bar: 'no request lost or doubled; each process gone ≤ 5 s after',
    flags: {
      framework,
      times: { default: 10, summary: 'how often in each of the ways' },
      up: { default: 1_500, summary: 'longest life before, in ms' },
      connections: { default: 16, summary: 'clients at once' },
    },
    nightly: { times: 200 },
    run: runStop,
  }),
  defineCommand({
    name: 'workers',
    summary:
      'four workers of a cluster, their clocks an hour apart, are killed in turn over the journals of a dead cluster',
    bar: 'no request lost or doubled; every orphaned journal adopted ≤ 10 s after; the other workers serve on',
    flags: {
      framework,
      kills: { default: 12, summary: 'how often' },
      up: { default: 3_000, summary: 'longest time between two kills, in ms' },
      rate: { default: 300, summary: 'requests per second' },
      connections: { default: 16, summary: 'clients at once' },
    },
    nightly: { kills: 200 },
    run: runWorkers,
  }),
  defineCommand({
    name: 'snapshot',
    summary: 'a transaction elsewhere keeps a snapshot open, as a dump does, while the log grows',
    bar: "p50 of the sequencer's steps ≤ 1.5 × before, and ≤ 1.5 × that of a log without it, over all of that time and over its last fifth, at 2,000 events/s",
    flags: {
      minutes: { default: 2, summary: 'how long' },
      rate: { default: 2_000, summary: 'events per second' },
    },
    nightly: { minutes: 10 },
    run: runSnapshot,
  }),
  defineCommand({
    name: 'outcomes',
    summary: 'every way in which a request can go',
    bar: 'exactly one event each, with the right result, status and annotations',
    flags: {
      framework,
      times: { default: 1_000, summary: 'requests of each class' },
      width: { default: 25, summary: 'requests at once' },
    },
    nightly: FRAMEWORKS.map((framework) => ({ framework })),
    run: runOutcomes,
  }),
  defineCommand({
    name: 'attribution',
    summary: 'interleaved requests of many actors, whose handlers hop through callbacks, timers and pools',
    bar: "no event with another request's actor, tenant, address or annotation",
    flags: {
      framework,
      requests: { default: 100_000, summary: 'how many' },
      actors: { default: 200, summary: 'whose' },
      connections: { default: 64, summary: 'clients at once' },
    },
    nightly: FRAMEWORKS.map((framework) => ({ framework })),
    run: runAttribution,
  }),
  defineCommand({
    name: 'conformance',
    summary: 'the contract kits on every version of every framework, from packed tarballs',
    bar: 'every adapter × version × case passes; a version that does not install or start is a mistake',
    flags: {
      only: { default: '', summary: 'names of targets, with commas' },
      record: { default: false, summary: 'keeps the result in docs/ and writes its pages anew' },
    },
    run: runConformance,
  }),
  defineCommand({
    name: 'tamper',
    summary: 'every role below the owner tries to change or remove what is recorded, or to read another tenant',
    bar: 'of at least 40 attempts none succeeds; an oracle looks at every row and everything that guards it, after each',
    flags: {
      postgres: {
        default: '18',
        summary: 'major version of the server, or all',
        choices: [...POSTGRES_VERSIONS.map(String), 'all'],
      },
    },
    nightly: { postgres: 'all' },
    run: runTamper,
  }),
  defineCommand({
    name: 'soak',
    summary: 'an application under steady load, watched from inside for anything that grows',
    bar: 'memory, descriptors, timers, listeners and connections stay flat at 500 requests/s; each request is in the log, once',
    flags: {
      framework,
      minutes: { default: 2, summary: 'how long' },
      rate: { default: 500, summary: 'requests per second' },
      connections: { default: 32, summary: 'connections that carry them' },
    },
    nightly: { minutes: 10 },
    run: runSoak,
  }),
  defineCommand({
    name: 'packed',
    summary: 'the tarballs in fresh folders: CommonJS, ES modules, TypeScript, Jest, Vitest, two copies of core',
    bar: 'every consumer installs them and works',
    flags: { only: { default: '', summary: 'folders of consumers, with commas' } },
    run: runPacked,
  }),
  defineCommand({
    name: 'stream',
    summary: 'followers of the live stream over HTTP, one in five stalled, half of them cut off time and again',
    bar: 'every follower has every event of its workspace once and in order',
    flags: {
      clients: { default: 500, summary: 'followers at once' },
      events: { default: 10_000, summary: 'events in all' },
      workspaces: { default: 10, summary: 'workspaces that they are spread over' },
      rate: { default: 500, summary: 'events per second' },
    },
    nightly: { events: 50_000 },
    run: runStream,
  }),
  defineCommand({
    name: 'hostile',
    summary: 'values that no log has asked for, through record() and annotate(), among plain events',
    bar: 'each stored sanitised, or quarantined, or refused by code; nothing thrown at the host; plain events unchanged; prototypes unchanged; no call keeps the event loop longer than `block`',
    flags: {
      events: { default: 10_000, summary: 'how many' },
      block: { default: 250, summary: 'longest that one call may take of the processor, in ms' },
    },
    nightly: { events: 100_000 },
    run: runHostile,
  }),
  defineCommand({
    name: 'badinput',
    summary: 'generated bad requests to every endpoint of the mounted API, and raw bytes to its socket',
    bar: 'no answer is 5xx or slower than 1 s; each refusal is problem+json and names the parameter; the heap is back at its base',
    flags: {
      requests: { default: 10_000, summary: 'how many' },
      connections: { default: 16, summary: 'clients at once' },
      heap: { default: 16, summary: 'growth of the heap that is allowed in the end, in MB' },
    },
    nightly: { requests: 50_000 },
    run: runBadInput,
  }),
  defineCommand({
    name: 'corrupt',
    summary: "a dead producer's segment cut at every byte, with bits flipped and blocks zeroed, and its position file",
    bar: 'no crash; nothing is lost but what was damaged, nothing comes twice or from nowhere, and every loss is counted',
    flags: {
      damages: { default: 1_000, summary: 'bit flips and zeroed blocks' },
      requests: { default: 8, summary: 'requests in the segment, which is cut at each of its bytes' },
    },
    nightly: { damages: 10_000, requests: 40 },
    run: runCorrupt,
  }),
  defineCommand({
    name: 'host',
    summary:
      'every dependency throws, rejects, hangs or answers nonsense; generated handlers with the middleware and without',
    bar: 'no rejection, error or exit reaches the host, no response hangs, and every response is the same, byte by byte',
    flags: {
      framework: { default: 'express', summary: 'the framework of the application', choices: HOSTS },
      times: { default: 5, summary: 'requests of each kind under each fault' },
      handlers: { default: 500, summary: 'generated handlers' },
      only: { default: '', summary: 'a part of the names of the faults to play' },
    },
    nightly: HOSTS.map((one) => ({ framework: one, times: 20, handlers: 2_000 })),
    run: runHost,
  }),
  defineCommand({
    name: 'tenants',
    summary: "readers of many tenants ask every endpoint for what is another's, in every way there is",
    bar: "no row and no count of another tenant; another tenant's event is 404",
    flags: {
      requests: { default: 20_000, summary: 'how many' },
      connections: { default: 16, summary: 'clients at once' },
    },
    nightly: { requests: 100_000 },
    run: runTenants,
  }),
  defineCommand({
    name: 'secrets',
    summary: 'secrets in every part of requests, with all that can be stored switched on',
    bar: 'none in any table, journal file, answer of the API or line of the log; harmless words beside them are found in each',
    flags: { canaries: { default: 500, summary: 'how many' } },
    nightly: { canaries: 2_000 },
    run: runSecrets,
  }),
  defineCommand({
    name: 'seeds',
    summary: 'every feature of the systems that users have today, with the test that shows it',
    bar: 'no feature without a test that exists or the word "later"; docs/reference/seeds.md says the same',
    flags: { update: { default: false, summary: 'writes docs/reference/seeds.md anew' } },
    run: runSeeds,
  }),
]
