import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Check } from './check'
import { ROOT, runProgram } from './command'

/** Licences under which a production dependency may stand: all let a user ship a closed product without conditions on its source. */
const ALLOWED = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'CC0-1.0'],
  ...['Unlicense', 'PostgreSQL', 'Python-2.0', 'Zlib'],
])

/** Under MIT, by a member of their manifests that npm no longer reads. */
const IN_AN_OLD_FORM = new Set(['busboy@1.6.0', 'streamsearch@1.1.0'])

/** Ceiling for what `npm ci` puts on a disk, in MB. */
const MAX_INSTALL_MB = 400

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly peer?: boolean
}

/** Production dependencies stand under permissive licences, and the whole install stays small. */
export const licences: Check = {
  name: 'licences',
  asks: `production dependencies are permissively licensed and the install stays below ${MAX_INSTALL_MB} MB`,
  run: async () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, LockedPackage>
    }
    const production = productionPackages(lock.packages)
    const megabytes = await sizeOfInstall()
    const problems = [...refused(production)]
    if (megabytes > MAX_INSTALL_MB) {
      problems.push(
        `node_modules holds ${megabytes} MB, more than ${MAX_INSTALL_MB}. \`du -sm node_modules/*\` shows what is large.`,
      )
    }
    return { problems, note: `${production.length} production packages, ${megabytes} MB installed` }
  },
}

/** A locked package by name, with the licence that its author declared. */
export interface LicensedPackage {
  readonly name: string
  readonly version: string
  readonly licence: string
}

/** What users of the published packages install, peers included: everything in the lock that is not only for development. */
export function productionPackages(packages: Readonly<Record<string, LockedPackage>>): LicensedPackage[] {
  return Object.entries(packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link && !entry.dev && !entry.devOptional)
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '?',
      licence: entry.license ?? 'none declared',
    }))
}

/** One problem for each package whose licence is not on the list; of `A OR B` one is enough, of `A AND B` both count. */
export function refused(packages: readonly LicensedPackage[]): string[] {
  return packages
    .filter(({ name, version, licence }) => !permits(licence) && !IN_AN_OLD_FORM.has(`${name}@${version}`))
    .map(
      ({ name, version, licence }) =>
        `${name}@${version} is licensed "${licence}", which is not on the list in scripts/check/licences.ts.`,
    )
}

function permits(expression: string): boolean {
  const plain = expression.replaceAll(/[()]/g, '')
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((licence) => ALLOWED.has(licence.trim())))
}

async function sizeOfInstall(): Promise<number> {
  const finished = await runProgram('du', ['-sm', 'node_modules'])
  return Number.parseInt(finished.stdout, 10)
}
