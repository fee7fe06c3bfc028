import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = resolve(__dirname, '../..')

/** The packages that a host of Postgres and its callers install; `@actrail/embedded` is played by its own tests. */
export const PACKED = ['core', 'express', 'koa', 'nestjs', 'client', 'testkit'] as const
/** One of {@link PACKED}. */
export type PackedName = (typeof PACKED)[number]

/** Paths of the tarballs by package. */
export type Tarballs = Readonly<Record<PackedName, string>>

/** `npm pack` of each package into `folder`, as it would be published. The packages must have been built. */
export async function packPackages(folder: string): Promise<Tarballs> {
  await mkdir(folder, { recursive: true })
  const packed = PACKED.map(async (name) => {
    const cwd = join(ROOT, 'packages', name)
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd })
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    return [name, join(folder, filename)] as const
  })
  return Object.fromEntries(await Promise.all(packed)) as Tarballs
}

/** Puts the packages into `node_modules` below `folder`, in place of what npm would have put there. */
export async function unpackInto(folder: string, tarballs: Tarballs): Promise<void> {
  for (const [name, tarball] of Object.entries(tarballs)) {
    const target = join(folder, 'node_modules/@actrail', name)
    await mkdir(target, { recursive: true })
    await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
  }
}
