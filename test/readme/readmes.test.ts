import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import ts from 'typescript'

const ROOT = resolve(__dirname, '../..')
const MODULES = join(ROOT, 'node_modules')

let folder: string
let child: ChildProcess | undefined
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'actrail-readme-'))))
afterEach(async () => {
  if (child?.exitCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  child = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Writes the first JavaScript example of a README into a folder of its own. */
function example(readme: string, name = 'example.js'): string {
  const text = readFileSync(join(ROOT, readme), 'utf8')
  const code = /```js\n([\s\S]*?)```/.exec(text)?.[1]
  if (code === undefined) throw new Error(`${readme} has no example`)
  const file = join(folder, name)
  writeFileSync(file, code)
  return file
}

/** The same of the first TypeScript example, compiled as Nest's own tools do it. */
function typescriptExample(readme: string): string {
  const text = readFileSync(join(ROOT, readme), 'utf8')
  const code = /```ts\n([\s\S]*?)```/.exec(text)?.[1]
  if (code === undefined) throw new Error(`${readme} has no example`)
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  })
  const file = join(folder, 'example.js')
  writeFileSync(file, outputText)
  return file
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function serve(file: string): Promise<string> {
  const port = await freePort()
  child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { ...process.env, NODE_PATH: MODULES, PORT: String(port) },
  })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const base = `http://127.0.0.1:${port}`
  const deadline = Date.now() + 25_000
  while (
    !(await fetch(base).then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The example does not answer: ${said}`)
    await new Promise((done) => setTimeout(done, 50))
  }
  return base
}

async function eventually<T>(ask: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 25_000
  for (;;) {
    const answer = await ask()
    if (isThere(answer)) return answer
    if (Date.now() > deadline) throw new Error(`Never came; last: ${JSON.stringify(answer)}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

it('the one line of the top README serves, records, and refuses readers', async () => {
  const base = await serve(example('README.md'))
  expect((await fetch(`${base}/projects`, { method: 'POST' })).status).toBe(201)
  const refused = await fetch(`${base}/api/v1/activity`)
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([401, 'ERR_CREDENTIALS_MISSING'])
})

it.each([
  ['express', example],
  ['koa', example],
  ['nestjs', typescriptExample],
])('the %s example records and shows what its curl lines ask for', async (name, written) => {
  const base = await serve(written(`packages/${name}/README.md`))
  await fetch(`${base}/projects/p1`, { method: 'DELETE' })
  await fetch(`${base}/issues`, {
    method: 'POST',
    body: '{"title":"Fix login bug"}',
    headers: { 'content-type': 'application/json' },
  })
  const headers = { authorization: 'Bearer a-long-token' }
  const list = async () => {
    const answer = await fetch(`${base}/api/v1/workspaces/acme/activity`, { headers })
    return answer.ok ? ((await answer.json()) as { action: string; details: object }[]) : []
  }
  const entries = await eventually(list, (found) => found.some(({ action }) => action === 'issue.created'))
  expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['issue.created', 'project.delete']))
  expect(entries.find(({ action }) => action === 'issue.created')?.details).toEqual({ title: 'Fix login bug' })
})

it('the core example prints what it recorded', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [example('packages/core/README.md')], {
    cwd: folder,
    env: { ...process.env, NODE_PATH: MODULES },
    encoding: 'utf8',
    timeout: 25_000,
  })
  expect({ stdout, stderr }).toEqual({ stdout: '1 env.cleanup cleanup\n', stderr: '' })
})

it('the testkit example passes under Jest', () => {
  example('packages/testkit/README.md', 'example.test.js')
  writeFileSync(join(folder, 'jest.config.json'), '{}')
  const { status, stderr } = spawnSync(process.execPath, [join(MODULES, 'jest/bin/jest.js'), '--rootDir', folder], {
    cwd: folder,
    env: { ...process.env, NODE_PATH: MODULES },
    encoding: 'utf8',
    timeout: 25_000,
  })
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('2 passed') as string })
})
