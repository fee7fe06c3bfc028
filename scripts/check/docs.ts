import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

import type { Check } from './check'
import { ROOT } from './command'
import { repositoryFiles } from './source'

/** The parts of a decision record, in this order. */
const ADR_PARTS = ['Context', 'Decision', 'Price', 'What would change our mind'] as const

const CORE = 'packages/core/src'

/** Links, file names, commands and decision records that the pages name exist. */
export const docs: Check = {
  name: 'docs',
  asks: 'every link, file and npm script that a page names exists, and every decision record is whole and in the index',
  run: async () => {
    const files = await repositoryFiles()
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
    const known: Known = {
      files: new Set(files),
      folders: foldersOf(files),
      scripts: new Set(Object.keys(manifest.scripts)),
    }
    const pages = files.filter((path) => path.endsWith('.md') && !path.endsWith('CHANGELOG.md'))
    const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
    const records = pages.filter((path) => /^docs\/adr\/\d{4}-/.test(path))
    const problems = [
      ...pages.flatMap((path) => pageProblems(path, read(path), known)),
      ...records.flatMap((path) => recordProblems(path, read(path))),
      ...indexProblems(records, known.files.has('docs/adr/README.md') ? read('docs/adr/README.md') : ''),
    ]
    return { problems, note: `${pages.length} pages, ${records.length} decision records` }
  },
}

/** What a page may name. */
export interface Known {
  readonly files: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
  readonly scripts: ReadonlySet<string>
}

/** Every folder that holds one of the files, at any depth. */
export function foldersOf(files: Iterable<string>): Set<string> {
  const folders = new Set<string>()
  for (const file of files) {
    for (let folder = dirname(file); folder !== '.' && !folders.has(folder); folder = dirname(folder))
      folders.add(folder)
  }
  return folders
}

/** Links to nowhere, paths in code marks that exist neither from the top nor in core nor beside the page, and `npm run` of a script that package.json lacks. */
export function pageProblems(path: string, text: string, known: Known): string[] {
  const exists = (target: string): boolean => known.files.has(target) || known.folders.has(target)
  const problems: string[] = []
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '')
  for (const [, target = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    const file = target.replace(/#.*$/, '')
    if (/^[a-z]+:/.test(target) || file === '') continue
    const resolved = normalize(join(dirname(path), file)).replace(/\/$/, '')
    if (resolved !== '.' && !exists(resolved)) problems.push(`${path} links to ${target}, which does not exist.`)
  }
  for (const [, named = ''] of prose.matchAll(/`([\w.-]+(?:\/[\w.@-]+)+\/?)`/g)) {
    const target = named.replace(/\/$/, '')
    const places = [target, `${CORE}/${target}`, normalize(join(dirname(path), target))]
    if (looksLikeOurs(target) && !places.some(exists)) {
      problems.push(`${path} names \`${named}\`, which does not exist.`)
    }
  }
  for (const [, script = ''] of text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)) {
    if (!known.scripts.has(script))
      problems.push(`${path} says \`npm run ${script}\`, which package.json does not have.`)
  }
  return problems
}

/** Only paths that start in one of our folders, or name a TypeScript file of core by its room, claim to exist. */
function looksLikeOurs(target: string): boolean {
  if (/(^|\/)(node_modules|dist|\.cache)(\/|$)/.test(target)) return false
  return (
    /^(packages|scripts|test|bench|examples|docs|tools|\.ci)\//.test(target) || /^[a-z-]+\/[\w/.-]+\.ts$/.test(target)
  )
}

/** A decision record has a title with its number, a status and its four parts in order. */
export function recordProblems(path: string, text: string): string[] {
  const number = Number(/(\d{4})-/.exec(path)?.[1])
  const problems: string[] = []
  if (!text.startsWith(`# ${number}. `)) problems.push(`${path}: the title starts with "# ${number}. ".`)
  const parts = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  if (parts.join() !== ADR_PARTS.join()) problems.push(`${path}: its parts are ${ADR_PARTS.join(', ')}, in this order.`)
  return problems
}

/** Records that the index does not link. */
export function indexProblems(records: readonly string[], index: string): string[] {
  return records
    .filter((path) => !index.includes(`(${path.replace('docs/adr/', '')})`))
    .map((path) => `docs/adr/README.md does not link ${path}.`)
}
