import type { Result } from './event'
import { verbOfWord } from './verb'

/**
 * The upper-case verb of an action: what its last word means (`env.create` and `issue.created` are CREATE). A login
 * that did not succeed is LOGIN_FAILED, whichever way it failed.
 *
 * @param result default `success`
 */
export function verbOf(action: string, result: Result = 'success'): string {
  const end = action.endsWith('.') ? action.length - 1 : action.length
  const dot = action.lastIndexOf('.', end - 1)
  const verb = verbOfWord(action.slice(dot + 1, end))
  if (verb === 'LOGIN') return result === 'success' ? 'LOGIN' : 'LOGIN_FAILED'
  if (verb === 'FAILED' && dot > 0 && verbOf(action.slice(0, dot)) === 'LOGIN') return 'LOGIN_FAILED'
  return verb
}

/**
 * Whether a glob matches an action's stored text, case and all. `*` stands for any run of characters, dots included;
 * everything else for itself. Takes time in proportion to the two lengths multiplied, whatever the pattern.
 */
export function actionMatches(glob: string, action: string): boolean {
  const pieces = glob.split('*')
  const first = pieces[0]!
  if (pieces.length === 1) return glob === action
  const last = pieces[pieces.length - 1]!
  const end = action.length - last.length
  if (end < first.length || !action.startsWith(first) || !action.endsWith(last)) return false
  let at = first.length
  // The leftmost place of each piece is as good as any other, so nothing is ever tried twice.
  for (let index = 1; index < pieces.length - 1; index++) {
    const found = action.indexOf(pieces[index]!, at)
    if (found === -1) return false
    at = found + pieces[index]!.length
  }
  return at <= end
}

/** A glob as a pattern of SQL's `like` with backslash as the escape: `%` for `*`, everything else for itself. */
export function globToLike(glob: string): string {
  return glob.replace(/[\\%_]/g, '\\$&').replace(/\*+/g, '%')
}

/**
 * What a client may ask of an action, decided once from the pattern's text: a word without a dot asks for the verb (and
 * for an action of just that name), `*` makes a glob, the rest is compared as it is.
 */
export type ActionTerm =
  | { readonly kind: 'verb'; readonly verbs: readonly string[]; readonly action: string }
  | { readonly kind: 'glob'; readonly glob: string }
  | { readonly kind: 'exact'; readonly action: string }

/** Reads one pattern: `create` and `CREATE` are verbs, `env.*` and `*.create` globs, `member.invite` an exact action. */
export function actionTerm(pattern: string): ActionTerm {
  if (pattern.includes('*')) return { kind: 'glob', glob: pattern.replace(/\*+/g, '*') }
  if (pattern.includes('.')) return { kind: 'exact', action: pattern }
  return { kind: 'verb', verbs: [...new Set([verbOfWord(pattern), pattern.toUpperCase()])], action: pattern }
}
