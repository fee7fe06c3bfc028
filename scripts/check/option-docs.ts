import ts from 'typescript'

/** One option as its interface documents it; nested ones carry a dotted name, such as `journal.maxBytes`. */
export interface OptionDoc {
  readonly name: string
  readonly type: string
  /** What the docstring says, in one line, without its range and tags. */
  readonly effect: string
  /** The text of `@default`. */
  readonly defaultText: string | undefined
  /** The inclusive range that the docstring states, such as `0–600,000` or `1 MB–1 TB`. */
  readonly range: { readonly text: string; readonly from: number; readonly to: number } | undefined
}

const RANGE = /:? ?(\d[\d,]*)( [kMGT]B)?–(\d[\d,]*)( [kMGT]B)?/
const SCALE: Readonly<Record<string, number>> = {
  '': 1,
  ' kB': 2 ** 10,
  ' MB': 2 ** 20,
  ' GB': 2 ** 30,
  ' TB': 2 ** 40,
}

/** The properties of an interface of the file, in order, with those of nested `…Options` interfaces in their place. */
export function readOptions(file: ts.SourceFile, interfaceName: string, prefix = ''): OptionDoc[] {
  const found = file.statements.find(
    (one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === interfaceName,
  )
  if (found === undefined) throw new Error(`${file.fileName} has no interface ${interfaceName}`)
  return found.members.filter(ts.isPropertySignature).flatMap((member) => {
    const type = (member.type?.getText(file) ?? 'unknown').replace(/ \| undefined$/, '').replaceAll(/\s+/g, ' ')
    const name = prefix + member.name.getText(file)
    return /^\w+Options$/.test(type) ? readOptions(file, type, `${name}.`) : [optionDoc(member, name, type)]
  })
}

function optionDoc(member: ts.PropertySignature, name: string, type: string): OptionDoc {
  const comment = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)
  const text = (ts.getTextOfJSDocComment(comment?.comment) ?? '').replaceAll(/\s+/g, ' ').trim()
  const tag = comment?.tags?.find(({ tagName }) => tagName.text === 'default')
  const defaultText = ts.getTextOfJSDocComment(tag?.comment)?.replaceAll(/\s+/g, ' ').trim()
  return { name, type: unwrapped(type), effect: text.replace(RANGE, ''), defaultText, range: rangeOf(text) }
}

/** `((request: Native) => boolean)` and `(boolean)` without their outer parentheses. */
function unwrapped(type: string): string {
  return /^\([^]*\)$/.test(type) && type.startsWith('((') ? type.slice(1, -1) : type
}

function rangeOf(text: string): OptionDoc['range'] {
  const found = RANGE.exec(text)
  if (found === null) return undefined
  const [all, from = '', fromScale = '', to = '', toScale = ''] = found
  const value = (digits: string, scale: string): number => Number(digits.replaceAll(',', '')) * (SCALE[scale] ?? 1)
  return { text: all.replace(/^:? /, ''), from: value(from, fromScale), to: value(to, toScale) }
}

/** Checks a set of options and fills in the defaults, as `resolveOptions` does; throws for a value that does not fit. */
export type Resolve = (options: Record<string, unknown>) => unknown

/** Options without an effect, default or range, and defaults and ranges that are not those which the code applies. */
export function optionProblems(options: readonly OptionDoc[], resolve: Resolve): string[] {
  const defaults = resolve({})
  return options.flatMap((option) => {
    const problems: string[] = []
    if (option.effect === '') problems.push('has no docstring that says what it does')
    if (option.defaultText === undefined) problems.push('has no @default')
    const literal = literalOf(option.defaultText ?? '')
    const actual = at(defaults, option.name)
    if (literal !== undefined && JSON.stringify(literal.value) !== JSON.stringify(actual)) {
      problems.push(`says @default ${option.defaultText}, but its default is ${JSON.stringify(actual) ?? 'undefined'}`)
    }
    if (option.type === 'number') problems.push(...rangeProblems(option, resolve))
    return problems.map((problem) => `option ${option.name} ${problem}.`)
  })
}

function rangeProblems({ name, range }: OptionDoc, resolve: Resolve): string[] {
  if (range === undefined) return ['is a number and states no range such as "0–600,000"']
  const accepts = (value: number): boolean => {
    try {
      resolve(nest(name, value))
      return true
    } catch {
      return false
    }
  }
  const problems: string[] = []
  if (!accepts(range.from) || accepts(range.from - 1)) problems.push(`does not begin at ${range.from}, as it says`)
  if (!accepts(range.to) || accepts(range.to + 1)) problems.push(`does not end at ${range.to}, as it says`)
  return problems
}

/** The value of a literal in `@default`; undefined when the tag is prose, such as "the user's workspace". */
function literalOf(text: string): { readonly value: unknown } | undefined {
  if (/^'[^']*'$/.test(text)) return { value: text.slice(1, -1) }
  return /^(true|false|null|\[\]|\{\}|-?[\d_]+)$/.test(text)
    ? { value: JSON.parse(text.replaceAll('_', '')) }
    : undefined
}

function at(value: unknown, name: string): unknown {
  return name.split('.').reduce<unknown>((one, key) => (one as Record<string, unknown> | undefined)?.[key], value)
}

function nest(name: string, value: unknown): Record<string, unknown> {
  return name.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>
}
