import type { z } from 'zod'
import { ActrailError } from '../errors'
import { nearest } from '../model/nearest'
import { type Mapping, mapping } from './mapping'

/**
 * Reads a mapping, which is JSON.
 *
 * @param name where the text comes from, for messages
 * @throws ActrailError `ERR_IMPORT_MAPPING`, which names the line and the key
 */
export function readMapping(text: string, name = 'the mapping'): Mapping {
  const parsed = mapping.safeParse(parseJson(text, name))
  if (parsed.success) return parsed.data
  throw refuse(parsed.error, { text, name })
}

/** A mistake in a mapping. `path` leads to the key. */
export function mappingMistake(path: readonly string[], what: string): ActrailError {
  return new ActrailError('ERR_IMPORT_MAPPING', sentence(`The mapping's ${path.join('.')} ${what}`))
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    const { message } = error as Error
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length)
    const line = text.slice(0, position).split('\n').length
    throw new ActrailError('ERR_IMPORT_MAPPING', `${name}, line ${line}: this is no JSON (${message}).`, {
      cause: error,
    })
  }
}

function refuse(error: z.ZodError, { text, name }: { text: string; name: string }): ActrailError {
  const issue = innermost(error.issues[0])
  const path = (issue?.path ?? []).map(String)
  const what = whatIsWrong(issue, path)
  const where = path.length === 0 ? '' : `, line ${lineOf(text, path)}: ${path.join('.')}`
  return new ActrailError('ERR_IMPORT_MAPPING', `${sentence(`${name}${where} ${what}`)} See docs/guides/migrating.md.`)
}

type Issue = z.core.$ZodIssue

/** Of the ways in which something could be meant, the one that went furthest says most. */
function innermost(issue: Issue | undefined): Issue | undefined {
  if (issue?.code !== 'invalid_union') return issue
  const inner = issue.errors.flat().filter(({ path }) => path.length > 0)
  const deepest = inner.sort((a, b) => b.path.length - a.path.length)[0]
  return deepest === undefined ? issue : innermost({ ...deepest, path: [...issue.path, ...deepest.path] })
}

function whatIsWrong(issue: Issue | undefined, path: readonly string[]): string {
  if (issue?.code !== 'unrecognized_keys') return lowerFirst(issue?.message ?? 'is wrong')
  const key = issue.keys[0] ?? ''
  const known = path.length === 0 ? Object.keys(mapping.shape) : RULE_KEYS
  const meant = nearest(key, known)
  return `has a key "${key}" that means nothing${meant === undefined ? '' : `. Did you mean ${meant}?`}`
}

const sentence = (text: string): string => (text.endsWith('?') ? text : `${text}.`)

const RULE_KEYS = ['column', 'constant', 'template', 'map', 'otherwise', 'default', 'json', 'format', 'zone']

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** The line on which the last key of a path stands; each key stands behind the one that it lies in. */
function lineOf(text: string, path: readonly string[]): number {
  let at = 0
  for (const key of path) {
    const found = text.indexOf(JSON.stringify(key), at)
    if (found >= 0) at = found + 1
  }
  return text.slice(0, at).split('\n').length
}
