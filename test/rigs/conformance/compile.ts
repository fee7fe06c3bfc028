import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import ts from 'typescript'

/** How modules of a host load each other. */
export type ModuleFormat = 'commonjs' | 'module'

/**
 * Compiles a TypeScript file, and every file that it imports by a relative path, into `folder`, side by side. By
 * TypeScript itself: Nest needs the types of parameters at run time, which faster compilers leave out.
 */
export function compileInto(folder: string, source: string, format: ModuleFormat): void {
  const target = join(folder, `${basename(source, '.ts')}.js`)
  if (existsSync(target)) return
  const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
    fileName: source,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: format === 'module' ? ts.ModuleKind.ES2022 : ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  })
  const imported = new Set<string>()
  // Our imports name no file endings, which ES modules must have.
  const text = outputText.replaceAll(
    /(\bfrom |\brequire\(|\bimport )(['"])\.\/([\w-]+)(?:\.js)?\2/g,
    (_all, ...found) => {
      const [before, quote, name] = found as [string, string, string]
      imported.add(name)
      return `${before}${quote}./${name}.js${quote}`
    },
  )
  mkdirSync(folder, { recursive: true })
  writeFileSync(target, text)
  for (const name of imported) compileInto(folder, join(dirname(source), `${name}.ts`), format)
}
