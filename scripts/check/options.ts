import type { Check } from './check'
import { compareGenerated } from './generated'
import { optionProblems, readOptions, type OptionDoc, type Resolve } from './option-docs'
import { parseSource } from './source'

const SOURCE = 'packages/core/src/options.ts'
const PAGE = 'docs/reference/options.md'

/** The option table: written from the docstrings, whose defaults and ranges are tried against the code. */
export const options: Check = {
  name: 'options',
  asks: 'docs/reference/options.md shows each option, and each default and range that it shows is the one that the code applies',
  run: async (mode) => {
    // Loaded late, so that a mistake in that file fails this check alone.
    const { resolveOptions } = await import('../../packages/core/src/options.js')
    const documented = readOptions(parseSource(SOURCE), 'AuditOptions')
    const page = await compareGenerated(
      [{ path: PAGE, content: pageOf(documented) }],
      mode,
      'npm run check -- options --update',
    )
    const wrong = optionProblems(documented, resolveOptions as Resolve).map((problem) => `${SOURCE}: ${problem}`)
    return { problems: [...wrong, ...page.problems], note: `${documented.length} options` }
  },
}

/** The page that shows the options as a table. */
export function pageOf(documented: readonly OptionDoc[]): string {
  const rows = documented.map((option) =>
    row([`\`${option.name}\``, `\`${option.type}\``, rangeText(option), defaultText(option), option.effect]),
  )
  return `# Options

Written by \`npm run check -- options --update\` from \`${SOURCE}\`. \`audit()\` and \`createAuditTrail()\` take these; all are
optional. Options are checked once, when the trail is made: an unknown name is refused with \`ERR_OPTION_UNKNOWN\` and
the nearest valid one, a value out of range with \`ERR_OPTION_INVALID\`.

${row(['Option', 'Type', 'Range', 'Default', 'Effect'])}
${row(['---', '---', '---', '---', '---'])}
${rows.join('\n')}
`
}

/** The unit of a number is the last word of its name. */
function rangeText({ name, range }: OptionDoc): string {
  if (range === undefined) return ''
  const unit = /(Ms|Events|Bytes)$/.exec(name)?.[1]?.toLowerCase()
  return unit === undefined || / [kMGT]B/.test(range.text) ? range.text : `${range.text} ${unit}`
}

function defaultText({ defaultText: text }: OptionDoc): string {
  if (text === undefined) return ''
  return /^('.*'|[\d[\]{}_-]+|true|false|null)$/.test(text) ? `\`${text}\`` : text
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
