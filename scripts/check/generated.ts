import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { CheckMode, Verdict } from './check'
import { ROOT } from './command'

/** A file that a program writes and that is committed: its path below the repository's top and its right content. */
export interface GeneratedFile {
  readonly path: string
  readonly content: string
}

/**
 * Compares committed files with what they should hold. In update mode it writes them instead.
 *
 * @param remedy the command that writes the files, named in the problem
 */
export async function compareGenerated(
  files: readonly GeneratedFile[],
  mode: CheckMode,
  remedy: string,
): Promise<Verdict> {
  const problems: string[] = []
  for (const file of files) {
    const target = join(ROOT, file.path)
    const committed = await readFile(target, 'utf8').catch(() => undefined)
    if (committed === file.content) continue
    if (mode.update) {
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, file.content)
    } else if (committed === undefined) {
      problems.push(`${file.path} is missing. Write it with \`${remedy}\` and commit it.`)
    } else {
      problems.push(
        `${file.path} does not say what the code says:\n${firstDifference(committed, file.content)}\n` +
          `If the change is meant, run \`${remedy}\` and commit the file.`,
      )
    }
  }
  return { problems, note: `${String(files.length)} ${files.length === 1 ? 'file' : 'files'}` }
}

/** The first differing line of two texts with two lines around it, committed lines with `-`, right ones with `+`. */
export function firstDifference(committed: string, right: string): string {
  const before = committed.split('\n')
  const after = right.split('\n')
  let start = 0
  while (start < before.length && before[start] === after[start]) start += 1
  let end = 0
  const shorter = Math.min(before.length, after.length) - start
  while (end < shorter && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1
  const shown = (lines: readonly string[], mark: string): string[] => {
    const changed = lines.slice(start, lines.length - end)
    const kept = changed.slice(0, 12).map((line) => `${mark} ${line}`)
    return changed.length > kept.length ? [...kept, `${mark} … ${String(changed.length - kept.length)} more`] : kept
  }
  const above = before.slice(Math.max(0, start - 2), start).map((line) => `  ${line}`)
  return [`  line ${String(start + 1)}:`, ...above, ...shown(before, '-'), ...shown(after, '+')].join('\n')
}
