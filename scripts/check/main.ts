import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

import { api } from './api'
import { build, types } from './build'
import type { Check } from './check'
import { client } from './client'
import { docs } from './docs'
import { errors } from './errors'
import { floors } from './floors'
import { format } from './format'
import { house } from './house'
import { licences } from './licences'
import { lint } from './lint'
import { options } from './options'
import { packaging } from './packaging'
import { passed, runChecks, type Judged } from './run'
import { unused } from './unused'
import { cli, http, openapi, schema } from './written'

/** In the order in which they start: what takes long goes first, so that the lanes end together. */
const CHECKS: readonly Check[] = [
  ...[build, format, unused, openapi, http, cli, client, options, errors, docs, house, licences],
  ...[schema, lint, packaging, types, floors, api],
]

const USAGE = `npm run check -- [name …] [--update] [--list] [--json <file>]

  name      run only these checks (with build before those that need it); default: all
  --update  write what is generated and repair what can be repaired (alias --fix)
  --list    show what each check asks
  --json    write { passed, failed } and each verdict to a file`

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      update: { type: 'boolean', default: false },
      fix: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  })
  if (values.help) return say(USAGE, 0)
  if (values.list) return say(CHECKS.map(({ name, asks }) => `${name.padEnd(10)} ${asks}`).join('\n'), 0)
  const unknown = positionals.filter((name) => !CHECKS.some((check) => check.name === name))
  if (unknown.length > 0) return say(`No check is called ${unknown.join(', ')}.\n\n${USAGE}`, 2)
  const judged = await runChecks(chosen(positionals), {
    mode: { update: values.update || values.fix },
    workers: Math.max(2, Math.min(4, availableParallelism())),
    builder: build.name,
    report,
  })
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(summaryOf(judged), null, 2))
  return conclude(judged)
}

function chosen(names: readonly string[]): Check[] {
  if (names.length === 0) return [...CHECKS]
  const named = CHECKS.filter((check) => names.includes(check.name))
  return named.some((check) => check.needsBuild) && !named.includes(build) ? [build, ...named] : named
}

function report(judged: Judged): void {
  const { check, verdict, tookMs } = judged
  const seconds = `${(tookMs / 1000).toFixed(1)} s`.padStart(7)
  console.log(
    `${passed(judged) ? 'ok  ' : 'FAIL'} ${check.name.padEnd(10)} ${seconds}  ${verdict.note ?? ''}`.trimEnd(),
  )
  if (passed(judged)) return
  console.log(`     asks whether ${check.asks}`)
  for (const problem of verdict.problems) console.log(indent(problem))
  console.log('')
}

function conclude(judged: readonly Judged[]): number {
  const failed = judged.filter((one) => !passed(one)).map((one) => one.check.name)
  if (failed.length === 0) return say(`\n${judged.length} of ${judged.length} checks hold.`, 0)
  return say(
    `\n${failed.length} of ${judged.length} checks failed: ${failed.join(', ')}. One again: npm run check -- <name>`,
    1,
  )
}

function summaryOf(judged: readonly Judged[]): object {
  const ok = judged.filter(passed).length
  const checks = judged.map(({ check, verdict, tookMs }) => ({
    name: check.name,
    tookMs: Math.round(tookMs),
    ...verdict,
  }))
  return { passed: ok, failed: judged.length - ok, checks }
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '     ')
}

function say(text: string, exitCode: number): number {
  console.log(text)
  return exitCode
}

void main().then((exitCode) => (process.exitCode = exitCode))
