import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { VERB_WORDS, verbOfWord } from './verb'

const page = readFileSync(join(__dirname, '../../../../docs/reference/actions.md'), 'utf8')

describe('the table of verbs', () => {
  it('is the one that the reference shows', () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| (.+?) +\|$/gm)]
    const shown = rows.map(([, verb, words]) => [
      verb,
      [...(words ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word),
    ])
    expect(Object.fromEntries(shown)).toEqual(VERB_WORDS)
  })

  it('gives each word to one verb, and each verb to itself', () => {
    const words = Object.values(VERB_WORDS).flat()
    expect(words).toEqual([...new Set(words)])
    for (const [verb, meant] of Object.entries(VERB_WORDS)) {
      expect(verbOfWord(verb)).toBe(verb)
      for (const word of meant) expect(verbOfWord(word)).toBe(verb)
    }
  })
})
