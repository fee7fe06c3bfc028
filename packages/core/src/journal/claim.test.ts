import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claimFolder, claimNewFolder } from './claim'

const CONTENDER = join(__dirname, '../../../../test/journal/claim-child.ts')

describe('claiming a folder', () => {
  let root: string
  const children: ChildProcess[] = []
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'actrail-claim-'))))
  afterEach(async () => {
    for (const child of children.splice(0)) await stop(child)
    rmSync(root, { recursive: true, force: true })
  })

  async function claimInChild(folder: string): Promise<{ child: ChildProcess; owned: boolean }> {
    const child = fork(CONTENDER, [folder], { execArgv: ['--require', 'tsx/cjs'] })
    children.push(child)
    const [owned] = (await once(child, 'message')) as [boolean]
    return { child, owned }
  }

  it('gives the folder to one owner, until that one releases it', async () => {
    const first = await claimFolder(root)
    expect(first).toBeDefined()
    expect(await claimFolder(root)).toBeUndefined()
    first?.release()
    first?.release()
    const second = await claimFolder(root)
    expect(second).toBeDefined()
    second?.release()
    expect(readdirSync(root)).toEqual([])
  })

  it('has at most one owner among many that come at once, and one in the end', async () => {
    const claims = await Promise.all(Array.from({ length: 12 }, () => claimFolder(root)))
    const owners = claims.filter((claim) => claim !== undefined)
    expect(owners.length).toBeLessThanOrEqual(1)
    owners[0]?.release()
    const after = await claimFolder(root)
    expect(after).toBeDefined()
    after?.release()
  })

  it('sees the owner in another process, and takes over when that one is killed', async () => {
    const { child, owned } = await claimInChild(root)
    expect(owned).toBe(true)
    expect(await claimFolder(root)).toBeUndefined()
    await stop(child)
    const claim = await claimFolder(root)
    expect(claim).toBeDefined()
    expect(readdirSync(root)).toHaveLength(1)
    claim?.release()
  })

  it('works below a path that is too long for a socket', async () => {
    const deep = join(root, 'a'.repeat(90), 'b'.repeat(90))
    mkdirSync(deep, { recursive: true })
    const { child, owned } = await claimInChild(deep)
    expect(owned).toBe(true)
    expect(await claimFolder(deep)).toBeUndefined()
    await stop(child)
    const claim = await claimFolder(deep)
    expect(claim).toBeDefined()
    claim?.release()
  })

  it('claims a folder just made without waiting', async () => {
    const claim = claimNewFolder(root)
    expect(claim).toBeDefined()
    expect(claimNewFolder(root)).toBeUndefined()
    expect(await claimFolder(root)).toBeUndefined()
    claim?.release()
  })

  it('has nothing to claim in a folder that is gone', async () => {
    expect(await claimFolder(join(root, 'gone'))).toBeUndefined()
    expect(claimNewFolder(join(root, 'gone'))).toBeUndefined()
  })
})

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
