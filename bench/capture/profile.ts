import { Session } from 'node:inspector/promises'
import type { Profiler } from 'node:inspector'
import { relative } from 'node:path'

/** Profiles this process until `stop`, which answers with {@link profileLines}. */
export async function startProfile(): Promise<{ stop(): Promise<string[]> }> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
  return {
    async stop() {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      return profileLines(profile)
    },
  }
}

/**
 * Where the time went: by place (a room of ours, a package, Node itself), then by function, the costliest first. It is
 * wall time: on a busy machine a system call that wakes somebody else looks longer than it is.
 */
export function profileLines(profile: Profiler.Profile): string[] {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const places = new Map<string, number>()
  const functions = new Map<string, number>()
  let busyUs = 0
  for (const [index, sample] of (profile.samples ?? []).entries()) {
    const frame = frames.get(sample)
    if (frame === undefined || ['(idle)', '(program)', '(root)'].includes(frame.functionName)) continue
    const us = profile.timeDeltas?.[index] ?? 0
    busyUs += us
    add(places, placeOf(frame), us)
    add(functions, `${frame.functionName || '(anonymous)'} ${fileOf(frame)}`, us)
  }
  return [...top(places, 20, busyUs), '', ...top(functions, 60, busyUs)]
}

function add(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us)
}

function top(sums: ReadonlyMap<string, number>, count: number, wholeUs: number): string[] {
  const share = (us: number): string => ((us / wholeUs) * 100).toFixed(1).padStart(5)
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, us]) => `${share(us)} % ${(us / 1000).toFixed(0).padStart(6)} ms  ${name}`)
}

function fileOf({ url, lineNumber }: Profiler.ProfileNode['callFrame']): string {
  if (url === '') return ''
  const file = url.startsWith('file://') ? relative(process.cwd(), new URL(url).pathname) : relative(process.cwd(), url)
  return `${url.startsWith('node:') ? url : file}:${lineNumber + 1}`
}

function placeOf(frame: Profiler.ProfileNode['callFrame']): string {
  if (frame.url === '') return frame.functionName === '(garbage collector)' ? 'garbage collector' : 'native'
  if (frame.url.startsWith('node:')) return frame.url.split('/').slice(0, 2).join('/')
  const file = fileOf(frame)
  const ours = /^packages\/(\w+)\/dist\/(?:(\w+)\/)?/.exec(file)
  if (ours) return `ours: ${ours[1]} ${ours[2] ?? ''}`
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file
}
