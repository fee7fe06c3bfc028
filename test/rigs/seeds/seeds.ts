import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Findings, progress } from '../runner/command'
import type { Feature, Seed } from './feature'
import { renderSeeds } from './page'
import { S1 } from './s1'
import { S2 } from './s2'
import { S3 } from './s3'

/** Flags of the `seeds` rig. */
export interface SeedsFlags {
  /** Writes the page anew. */
  readonly update: boolean
}

const ROOT = join(__dirname, '../../..')
const PAGE = join(ROOT, 'docs/reference/seeds.md')
const SEEDS: readonly Seed[] = [S1, S2, S3]

/** Looks every feature up: the test that shows it is in its file, or it is to come; and the page says so. */
export async function run({ update }: SeedsFlags): Promise<Findings> {
  const page = renderSeeds(SEEDS)
  if (update) writeFileSync(PAGE, page)
  const mistakes = [
    ...SEEDS.flatMap(mistakesIn),
    ...(textOf(PAGE) === page ? [] : ['docs/reference/seeds.md is not up to date']),
  ]
  for (const line of page.split('\n').filter((one) => one.startsWith('|'))) progress(line)
  for (const mistake of mistakes) progress(mistake)
  const features = SEEDS.flatMap((seed) => seed.features)
  const later = features.filter((feature) => feature.length === 2).length
  return {
    pass: mistakes.length === 0,
    features: features.length,
    shown: features.length - later,
    later,
    bySeed: Object.fromEntries(SEEDS.map(({ name, features: own }) => [name, own.length])),
    mistakes: mistakes.length,
  }
}

/** What is wrong with the lines of a seed: one that names a test which is not there, or stands there twice. */
export function mistakesIn({ name, features }: Seed): string[] {
  const texts = features.map(([text]) => text)
  const twice = texts.filter((text, index) => texts.indexOf(text) !== index)
  return [
    ...twice.map((text) => `${name}: "${text}" stands there twice`),
    ...features.filter((feature) => !isShown(feature)).map(([text]) => `${name}: no such test for "${text}"`),
  ]
}

/** The name stands in its file as a text of its own: quoted, or the beginning or end of one. */
function isShown(feature: Feature): boolean {
  if (feature.length === 2) return true
  const [, file, test] = feature
  const text = textOf(join(ROOT, file))
  return ["'", '"', '`'].some((quote) => text.includes(quote + test) || text.includes(test + quote))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
