import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** The functions of the newest `.cpuprofile` in a folder by their own time, the costliest first, as lines of text. */
export function topFunctions(folder: string, count: number): string[] {
  const file = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .at(-1)
  if (file === undefined) return ['no profile was written']
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const timeUs = new Map<string, number>()
  let busyUs = 0
  for (const [index, sample] of profile.samples.entries()) {
    const name = names.get(sample) ?? '?'
    if (name.startsWith('(idle)') || name.startsWith('(program)')) continue
    const deltaUs = profile.timeDeltas[index] ?? 0
    busyUs += deltaUs
    timeUs.set(name, (timeUs.get(name) ?? 0) + deltaUs)
  }
  return [...timeUs]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(
      ([name, us]) =>
        `${((us / busyUs) * 100).toFixed(1).padStart(5)} % ${(us / 1000).toFixed(0).padStart(6)} ms  ${name}`,
    )
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const place = url.startsWith('file://') ? relative(process.cwd(), new URL(url).pathname) : url
  return `${functionName || '(anonymous)'} ${place === '' ? '' : `${place}:${lineNumber + 1}`}`
}
