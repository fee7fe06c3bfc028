import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import ts from 'typescript'

import type { Check } from './check'
import { ROOT } from './command'
import { compareGenerated, type GeneratedFile } from './generated'

/** What each package exports, as its declarations say, against the committed snapshot. */
export const api: Check = {
  name: 'api',
  asks: 'docs/reference/api/ shows what each package exports, so that a change of the public surface is seen in review',
  needsBuild: true,
  run: (mode) => compareGenerated(snapshots(), mode, 'npm run check -- api --update'),
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | Target>>
}

/** Where a package is published in both formats, both export the same. */
type Target = { readonly types: string } | { readonly require: { readonly types: string } }

/** One page for each entry of each package that has declarations. */
function snapshots(): GeneratedFile[] {
  return readdirSync(join(ROOT, 'packages'))
    .sort()
    .flatMap((name) => {
      const folder = join(ROOT, 'packages', name)
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
      return Object.entries(manifest.exports).flatMap(([entry, target]) => {
        if (typeof target === 'string') return []
        const suffix = entry.replace(/^\.\/?/, '')
        const path = `docs/reference/api/${[name, suffix].filter(Boolean).join('-')}.md`
        return [{ path, content: snapshotOf(join(manifest.name, suffix), join(folder, typesOf(target))) }]
      })
    })
}

const typesOf = (target: Target): string => ('require' in target ? target.require.types : target.types)

/**
 * A page with every declaration that the entry exports, in alphabetical order and without comments, followed by those
 * that are not exported themselves but that an exported one names.
 *
 * @param specifier what users import from
 * @param entry path of its declarations, such as a package's `index.d.ts`
 */
export function snapshotOf(specifier: string, entry: string): string {
  const options: ts.CompilerOptions = { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }
  const program = ts.createProgram([entry], {
    ...options,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(entry)
  const module = file && checker.getSymbolAtLocation(file)
  const exported =
    module === undefined ? [] : checker.getExportsOfModule(module).map((symbol) => aliased(symbol, checker))
  const inPackage = (declaration: ts.Declaration): boolean =>
    !relative(join(entry, '..'), declaration.getSourceFile().fileName).startsWith('..')
  const hidden = reachable(exported, checker, inPackage)
  return [
    `# Public surface of \`${specifier}\``,
    'Written by `npm run check -- api --update`. A change here is a change for users: name it in CHANGELOG.md.',
    block('Exported', exported),
    ...(hidden.length === 0 ? [] : [block('Named by what is exported', hidden)]),
  ].join('\n\n')
}

function block(title: string, symbols: readonly ts.Symbol[]): string {
  const declarations = [...symbols]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((symbol) => (symbol.declarations ?? []).map(withoutComments).join('\n'))
  const body = declarations.length === 0 ? '// nothing' : declarations.join('\n\n')
  return `## ${title}\n\n\`\`\`ts\n${body}\n\`\`\`\n`
}

function aliased(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** Symbols of the same package that the declarations of `roots` name, directly or through others, without `roots`. */
function reachable(
  roots: readonly ts.Symbol[],
  checker: ts.TypeChecker,
  inPackage: (declaration: ts.Declaration) => boolean,
): ts.Symbol[] {
  const seen = new Set(roots)
  const found: ts.Symbol[] = []
  const visit = (node: ts.Node): void => {
    const named = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
    const symbol = named && aliased(named, checker)
    const declaration = symbol?.declarations?.[0]
    if (symbol && declaration && !seen.has(symbol) && isTopLevel(declaration) && inPackage(declaration)) {
      seen.add(symbol)
      found.push(symbol)
      symbol.declarations?.forEach(visit)
    }
    ts.forEachChild(node, visit)
  }
  for (const root of roots) root.declarations?.filter(inPackage).forEach(visit)
  return found
}

function isTopLevel(declaration: ts.Declaration): boolean {
  // A whole module, as `import type * as x` names it.
  if (ts.isSourceFile(declaration)) return false
  const owner = ts.isVariableDeclaration(declaration) ? declaration.parent.parent.parent : declaration.parent
  return ts.isSourceFile(owner) && !ts.isImportDeclaration(declaration)
}

const printer = ts.createPrinter({ removeComments: true })

function withoutComments(declaration: ts.Declaration): string {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  return printer.printNode(ts.EmitHint.Unspecified, statement, declaration.getSourceFile())
}
