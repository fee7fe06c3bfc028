import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Check } from './check'
import { ROOT } from './command'
import { parseSource, repositoryFiles, unionMembers } from './source'

const PAGE = 'docs/reference/errors.md'
const UNION = 'packages/core/src/errors.ts'

/** The two paragraphs that each code's section holds, in bold at the start of a line. */
const PARAGRAPHS = ['What happened.', 'What to do.'] as const

/** The codes of the union and the sections of the page match both ways, and each code is raised somewhere. */
export const errors: Check = {
  name: 'errors',
  asks: 'docs/reference/errors.md explains each error code, and only codes that exist and are raised',
  run: async () => {
    const codes = unionMembers(parseSource(UNION), 'ErrorCode')
    const page = readFileSync(join(ROOT, PAGE), 'utf8')
    const sources = (await repositoryFiles()).filter(
      (path) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path) && !path.endsWith('.test.ts') && path !== UNION,
    )
    const code = sources.map((path) => readFileSync(join(ROOT, path), 'utf8')).join('\n')
    // Loaded late, so that a mistake in that file fails this check alone.
    const { PROBLEMS } = await import('../../packages/core/src/http/problem.js')
    const problems = [...compareCodes(codes, page), ...compareStatuses(PROBLEMS, page), ...neverRaised(codes, code)]
    return { problems, note: `${codes.length} codes` }
  },
}

/** Each code without a section, each section without a code, and each section that lacks one of its two paragraphs. */
export function compareCodes(codes: readonly string[], page: string): string[] {
  const sections = sectionsOf(page)
  const problems = codes
    .filter((code) => !sections.has(code))
    .map((code) => `${PAGE} has no section \`## ${code}\`. Say what happened and what to do.`)
  for (const [heading, body] of sections) {
    if (!codes.includes(heading)) problems.push(`${PAGE} explains ${heading}, which is not in ErrorCode (${UNION}).`)
    for (const paragraph of PARAGRAPHS) {
      if (!body.includes(`**${paragraph}**`))
        problems.push(`${PAGE}: the section ${heading} has no "**${paragraph}**".`)
    }
  }
  return problems
}

/** Each code whose section does not say the status with which the API answers it, and each that says one without need. */
export function compareStatuses(
  answers: Readonly<Record<string, { readonly status: number }>>,
  page: string,
): string[] {
  const problems: string[] = []
  for (const [code, body] of sectionsOf(page)) {
    const said = /^Answered with (\d{3})\b/m.exec(body)?.[1]
    const status = answers[code]?.status.toString()
    if (said !== status)
      problems.push(
        `${PAGE} says ${code} is answered with ${said ?? 'no status'}; it is ${status ?? 'never answered'}.`,
      )
  }
  return problems
}

/** The text below each second-level heading, by the heading without code marks. */
function sectionsOf(page: string): Map<string, string> {
  const sections = new Map<string, string>()
  for (const part of page.split(/^## /m).slice(1)) {
    const [heading = '', ...body] = part.split('\n')
    sections.set(heading.replaceAll('`', '').trim(), body.join('\n'))
  }
  return sections
}

/** Codes that no source file names: promised to callers, and never sent. */
export function neverRaised(codes: readonly string[], source: string): string[] {
  return codes
    .filter((code) => !new RegExp(`['"\`]${code}['"\`]`).test(source))
    .map((code) => `${code} is in ErrorCode (${UNION}) and nothing raises it. Remove it, or raise it.`)
}
