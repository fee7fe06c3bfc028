import type { Findings } from '../../test/rigs/runner/command'
import { median, rounded } from '../../test/rigs/runner/statistics'
import type { Mode } from './modes'

/** One mode in one round. */
export interface Measured {
  /** Process CPU of the server, user and system, per request of the closed loop, in µs. */
  readonly cpuUs: number
  /** Requests served per second in the closed loop, which saturates the server. */
  readonly saturatedPerSecond: number
  /** Requests served per second of those that were offered at a fixed rate. */
  readonly pacedPerSecond: number
  readonly rssBytes: number
}

/** The rounds of each mode, in order. */
export type Rounds = Readonly<Partial<Record<Mode, readonly Measured[]>>>

const BARS = { pino: 0.5, save: 0.3, elsewhere: 0.35, throughput: 0.92, rssGrowthMb: 16 } as const
const MB = 2 ** 20

/** Medians over the rounds; CPU and throughput relative to the bare application in the same round. Pure. */
export function captureFigures(rounds: Rounds): Findings {
  const bare = rounds.bare ?? []
  const added = (mode: Mode): number => median(inRound(rounds, mode, (one, base) => one.cpuUs - base.cpuUs))
  const paced = (mode: Mode): number =>
    median(inRound(rounds, mode, (one, base) => one.pacedPerSecond / base.pacedPerSecond))
  const saturated = (mode: Mode): number =>
    median(inRound(rounds, mode, (one, base) => one.saturatedPerSecond / base.saturatedPerSecond))
  const ratios = {
    ofPino: added('actrail') / added('pino'),
    ofSave: added('actrail') / added('save'),
    elsewhereOfPino: added('actrail-split') / added('pino'),
    throughput: paced('actrail'),
  }
  const rss = rssOf(rounds.actrail ?? [])
  const pass =
    ratios.ofPino <= BARS.pino &&
    ratios.ofSave <= BARS.save &&
    ratios.elsewhereOfPino <= BARS.elsewhere &&
    ratios.throughput >= BARS.throughput &&
    rss.growthMb <= BARS.rssGrowthMb
  const modes = Object.keys(rounds) as Mode[]
  const perMode = (of: (mode: Mode) => number, digits: number): Record<string, number> =>
    Object.fromEntries(modes.map((mode) => [mode, rounded(of(mode), digits)]))
  return {
    pass,
    ...Object.fromEntries(Object.entries(ratios).map(([name, value]) => [name, rounded(value)])),
    rssEarlyMb: rss.earlyMb,
    rssLateMb: rss.lateMb,
    bareCpuUs: rounded(median(bare.map(({ cpuUs }) => cpuUs)), 1),
    addedCpuUs: perMode(added, 1),
    pacedThroughput: perMode(paced, 3),
    saturatedThroughput: perMode(saturated, 3),
    rounds: bare.length,
  }
}

function inRound(rounds: Rounds, mode: Mode, of: (one: Measured, bare: Measured) => number): number[] {
  return (rounds[mode] ?? []).flatMap((one, round) => {
    const bare = rounds.bare?.[round]
    return bare ? [of(one, bare)] : []
  })
}

/** The first third of the rounds against the last. */
function rssOf(rounds: readonly Measured[]): { earlyMb: number; lateMb: number; growthMb: number } {
  const third = Math.max(1, Math.floor(rounds.length / 3))
  const mb = (some: readonly Measured[]): number => rounded(median(some.map(({ rssBytes }) => rssBytes / MB)), 1)
  const earlyMb = mb(rounds.slice(0, third))
  const lateMb = mb(rounds.slice(-third))
  return { earlyMb, lateMb, growthMb: lateMb - earlyMb }
}
