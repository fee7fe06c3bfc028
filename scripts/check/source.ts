import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import ts from 'typescript'

import { ROOT, runProgram } from './command'

/** One TypeScript file of the repository as a syntax tree, with parents set. */
export function parseSource(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.ES2022, true)
}

/** The files that git knows or would add, below the repository's top, in alphabetical order. Deleted files are left out. */
export async function repositoryFiles(): Promise<string[]> {
  const listed = await runProgram('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'])
  const deleted = await runProgram('git', ['ls-files', '--deleted', '-z'])
  const gone = new Set(deleted.stdout.split('\0'))
  return [...new Set(listed.stdout.split('\0'))].filter((path) => path !== '' && !gone.has(path)).sort()
}

/** The string literals of an exported union type, in the order in which they are written. */
export function unionMembers(file: ts.SourceFile, name: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) found.push(node.literal.text)
    ts.forEachChild(node, visit)
  }
  for (const statement of file.statements) {
    if (ts.isTypeAliasDeclaration(statement) && statement.name.text === name) visit(statement.type)
  }
  return found
}
