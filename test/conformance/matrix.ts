/** One column of the conformance matrix: a framework at a version, or the store on a version of TypeORM. */
export interface MatrixTarget {
  /** As `--only` takes it. */
  readonly name: string
  /** Heads the column, before the versions. */
  readonly title: string
  /** The folder below `test/conformance/fixtures` whose lockfile holds the versions. */
  readonly fixture: string
  /** The packages whose installed versions the page names. */
  readonly versionsOf: readonly string[]
  readonly kit: MatrixKit
  /** How the harness is compiled, and with it how our packages are loaded. */
  readonly format: 'commonjs' | 'module'
}

/**
 * What is played on a target: the adapter contract by a harness of `test/conformance`, the store contract, or Nest's ways
 * in that are no HTTP routes.
 */
export type MatrixKit =
  | { readonly kind: 'adapter'; readonly harness: string; readonly serve: string }
  | { readonly kind: 'store' }
  | { readonly kind: 'doors'; readonly harness: string }

const express = { kind: 'adapter', harness: 'express-harness', serve: 'serveExpress' } as const
const koa = { kind: 'adapter', harness: 'koa-harness', serve: 'serveKoa' } as const

/** Every adapter at every version, and the store on the oldest TypeORM that it takes: its other one is the root's. */
export const MATRIX: readonly MatrixTarget[] = [
  ...[4, 5].map((version) => ({
    name: `express-${version}`,
    title: 'Express',
    fixture: `express-${version}`,
    versionsOf: ['express'],
    kit: express,
    format: 'commonjs' as const,
  })),
  ...[2, 3].map((version) => ({
    name: `koa-${version}`,
    title: 'Koa',
    fixture: `koa-${version}`,
    versionsOf: ['koa', '@koa/router'],
    kit: koa,
    format: 'commonjs' as const,
  })),
  ...[10, 11, 12].flatMap((version) => [nestOn(version, 'express'), nestOn(version, 'fastify')]),
  {
    name: 'typeorm-0.3',
    title: 'TypeORM',
    fixture: 'typeorm-0.3',
    versionsOf: ['typeorm'],
    kit: { kind: 'store' },
    format: 'commonjs',
  },
  ...[11, 12].map(nestDoors),
]

function nestDoors(version: number): MatrixTarget {
  return {
    name: `nest-${version}-doors`,
    title: 'Nest',
    fixture: `nest-${version}-doors`,
    versionsOf: ['@nestjs/core', '@nestjs/graphql', '@apollo/server'],
    kit: { kind: 'doors', harness: 'nest-doors' },
    format: formatOf(version),
  }
}

/** From 12 on Nest is an ES module, and so is whoever uses it. */
function formatOf(version: number): MatrixTarget['format'] {
  return version < 12 ? 'commonjs' : 'module'
}

function nestOn(version: number, platform: 'express' | 'fastify'): MatrixTarget {
  return {
    name: `nest-${version}-${platform}`,
    title: 'Nest',
    fixture: `nest-${version}`,
    versionsOf: ['@nestjs/core', platform],
    kit: {
      kind: 'adapter',
      harness: 'nest-harness',
      serve: platform === 'express' ? 'serveNestExpress' : 'serveNestFastify',
    },
    format: formatOf(version),
  }
}

/** One case of a contract kit, as it went on a target. */
export interface CaseResult {
  /** What the kit groups it under. */
  readonly suite: string
  readonly name: string
  /** What was wrong; not there when the case passed. */
  readonly mistake?: string
}

/** What became of a target. */
export interface TargetResult {
  readonly target: Pick<MatrixTarget, 'name' | 'title' | 'kit'>
  /** Installed versions by package; empty when the install failed. */
  readonly versions: Readonly<Record<string, string>>
  /** Cases that the target cannot have are not among them. */
  readonly cases: readonly CaseResult[]
  /** Why it could not be played to its end: it was not installed, did not start, or did not stop. */
  readonly failure?: string
}

/**
 * Takes a list of names as `--only` has it; all of them when it is empty.
 *
 * @throws Error that lists the names when one is unknown
 */
export function targetsNamed(only: string): readonly MatrixTarget[] {
  const names = only.split(',').filter((name) => name !== '')
  const unknown = names.filter((name) => !MATRIX.some((target) => target.name === name))
  if (unknown.length > 0) {
    throw new Error(`No target is called ${unknown.join(', ')}; there are ${MATRIX.map(({ name }) => name).join(', ')}`)
  }
  return names.length === 0 ? MATRIX : MATRIX.filter(({ name }) => names.includes(name))
}

/** How many of what there were. A target that failed is a mistake by itself. */
export function countMatrix(results: readonly TargetResult[]): Readonly<Record<string, number>> {
  const cases = results.flatMap((result) => result.cases)
  const failed = results.filter(({ failure }) => failure !== undefined).length
  return {
    targets: results.length,
    cases: new Set(cases.map(({ suite, name }) => `${suite} ${name}`)).size,
    played: cases.length,
    mistakes: cases.filter(({ mistake }) => mistake !== undefined).length + failed,
  }
}
