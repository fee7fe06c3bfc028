import type { CaseResult, TargetResult } from './matrix'

const LEAD = [
  'The contract kits of `@actrail/testkit`, played on the packed tarballs with each version that Actrail takes. Written by',
  '`npm run -s rig -- conformance --record`; do not edit. ✓ passed, ✗ failed, – what this framework cannot have.',
].join('\n')

/** The page of the matrix: the tables of adapters, stores and Nest beyond HTTP, then what failed, in its own words. Pure. */
export function renderMatrix(results: readonly TargetResult[], node: string): string {
  const of = (kind: TargetResult['target']['kit']['kind']): TargetResult[] =>
    results.filter(({ target }) => target.kit.kind === kind)
  return [
    '# Conformance',
    '',
    LEAD,
    '',
    `Node ${node}.`,
    '',
    ...section('Adapters', of('adapter')),
    ...section('Stores', of('store')),
    ...section('Beyond HTTP', of('doors')),
    ...failures(results),
  ].join('\n')
}

function section(title: string, columns: readonly TargetResult[]): string[] {
  const suites = new Map<string, Set<string>>()
  for (const { suite, name } of columns.flatMap(({ cases }) => cases)) {
    suites.set(suite, (suites.get(suite) ?? new Set()).add(name))
  }
  const rule = `| --- |${' :-: |'.repeat(columns.length)}`
  const tables = [...suites].flatMap(([suite, names]) => [
    `### ${suite[0]?.toUpperCase()}${suite.slice(1)}`,
    '',
    `| case | ${columns.map(heading).join(' | ')} |`,
    rule,
    ...[...names].map(
      (name) => `| ${escaped(name)} | ${columns.map((column) => mark(column, suite, name)).join(' | ')} |`,
    ),
    '',
  ])
  return [`## ${title}`, '', ...tables]
}

function heading({ target, versions }: TargetResult): string {
  const [first = '?', ...others] = Object.values(versions)
  const beside = Object.keys(versions)
    .slice(1)
    .map((name, at) => `, ${name} ${others[at]}`)
  return `${target.title} ${first}${beside.join('')}`
}

function mark({ cases, failure }: TargetResult, suite: string, name: string): string {
  const found = cases.find((one) => one.suite === suite && one.name === name)
  if (found === undefined) return failure === undefined ? '–' : '✗'
  return found.mistake === undefined ? '✓' : '✗'
}

function failures(results: readonly TargetResult[]): string[] {
  const lines = results.flatMap(({ target, cases, failure }) => [
    ...(failure === undefined ? [] : [`- ${target.name}: ${firstLine(failure)}`]),
    ...cases.filter(hasMistake).map(({ name, mistake }) => `- ${target.name}, ${name}: ${firstLine(mistake)}`),
  ])
  return lines.length === 0 ? [] : ['## What failed', '', ...lines, '']
}

function hasMistake(result: CaseResult): result is CaseResult & { mistake: string } {
  return result.mistake !== undefined
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}
