import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Check } from './check'
import { ROOT } from './command'
import { repositoryFiles } from './source'

/** An example's application is read in one look: it has fewer lines of code than this. */
const EXAMPLE_LINES = 60

/** Names that say nothing about what is inside. */
const EMPTY_NAMES = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'lib', 'misc', 'manager', 'shared'])

/** Files that other projects' services look for; continuous integration here is `.ci/run` alone. */
const VENDOR_FILES = /^(\.github|\.gitlab|\.circleci|\.travis\.yml|\.gitlab-ci\.yml|azure-pipelines\.yml|Jenkinsfile)/

/** What the house style asks of files as such: their names, their places, the length of an example. */
export const house: Check = {
  name: 'house',
  asks: 'files are named for what they hold, examples stay short, and no file belongs to one hosting service',
  run: async () => {
    const files = await repositoryFiles()
    const lines = (path: string): number => codeLines(readFileSync(join(ROOT, path), 'utf8'))
    return { problems: files.flatMap((path) => problemsOf(path, lines)), note: `${files.length} files` }
  },
}

/** How many lines hold more than white space or a comment. */
export function codeLines(text: string): number {
  return text.split('\n').filter((line) => !/^\s*(\/\/.*|\/?\*.*)?$/.test(line)).length
}

/** @param lines counts the lines of code of a file, by its path */
export function problemsOf(path: string, lines: (path: string) => number): string[] {
  const problems: string[] = []
  if (VENDOR_FILES.test(path))
    problems.push(`${path} belongs to one hosting service. What it runs belongs into .ci/run.`)
  if (!/\.tsx?$/.test(path)) return problems
  const parts = path.split('/').map((part) => part.replace(/\..*$/, ''))
  const empty = parts.find((part) => EMPTY_NAMES.has(part))
  if (empty !== undefined) problems.push(`${path}: "${empty}" says nothing. Name it after what it holds.`)
  if (parts.some((part) => /[A-Z_]/.test(part))) problems.push(`${path}: names are kebab-case.`)
  if (/^examples\/[^/]+\/src\/app\.ts$/.test(path) && lines(path) >= EXAMPLE_LINES) {
    problems.push(`${path} has ${lines(path)} lines of code; an example's application has fewer than ${EXAMPLE_LINES}.`)
  }
  return problems
}
