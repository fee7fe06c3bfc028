import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import ts from 'typescript'

/** The top folder of the project. */
export const ROOT = resolve(__dirname, '../..')
/** What an example may require: NODE_PATH of its process. */
export const MODULES = join(ROOT, 'node_modules')

const PATIENCE_MS = 25_000

/** A folder for the example of a page, and the processes that run in it. */
export interface ExamplePlace {
  readonly folder: string
  /** Writes the first JavaScript example of a page (its path below the top folder) into the folder; answers the file. */
  javascript(page: string, name?: string): string
  /** The same of the first TypeScript example, compiled as Nest's own tools do it. */
  typescript(page: string): string
  /** Runs a file as a server; resolves with its address once it answers. */
  serve(file: string): Promise<string>
  /** Ends what runs and removes the folder. */
  close(): Promise<void>
}

/** Makes an empty place. */
export function openExamplePlace(): ExamplePlace {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-readme-'))
  const children: ChildProcess[] = []
  const write = (name: string, code: string): string => {
    writeFileSync(join(folder, name), code)
    return join(folder, name)
  }
  return {
    folder,
    javascript: (page, name = 'example.js') => write(name, exampleOf(page, 'js')),
    typescript: (page) => write('example.js', compile(exampleOf(page, 'ts'))),
    async serve(file) {
      const port = await freePort()
      const env = { ...process.env, NODE_PATH: MODULES, PORT: String(port) }
      const child = spawn(process.execPath, [file], { cwd: folder, env })
      children.push(child)
      await answering(`http://127.0.0.1:${port}`, child)
      return `http://127.0.0.1:${port}`
    },
    async close() {
      for (const child of children) {
        if (child.exitCode !== null) continue
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The contents of the first block of a page in a language. */
export function exampleOf(page: string, language: string): string {
  const code = blocksOf(page, language)[0]
  if (code === undefined) throw new Error(`${page} has no example`)
  return code
}

/** The contents of all blocks of a page in a language. */
export function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code]) => code ?? '')
}

/** Asks until the answer is as wanted; throws with the last one when it never is. */
export async function eventually<T>(ask: () => Promise<T> | T, isThere: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (isThere(answer)) return answer
    if (Date.now() > deadline) throw new Error(`Never came; last: ${JSON.stringify(answer)}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

function compile(code: string): string {
  return ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  }).outputText
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function answering(base: string, child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ask = (): Promise<boolean> =>
    fetch(base).then(
      () => true,
      () => false,
    )
  await eventually(ask, (answers) => {
    if (child.exitCode !== null) throw new Error(`The example does not answer: ${said}`)
    return answers
  })
}
