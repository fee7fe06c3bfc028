import type { FlagWord, Place } from './places'

/** A script for bash, from 3.2 on: source it. */
export function bashScript(places: readonly Place[]): string {
  return `# Completion of actrail for bash. Written by: actrail completion bash
_actrail() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at='' words='' i IFS=$' \\n'
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${pathPatterns(places)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${places.map(wordCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _actrail actrail
`
}

/** The paths of all places but the start, as alternatives of a case; a shell's case knows them with a blank in front. */
export function pathPatterns(places: readonly Place[]): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => `' ${path}'`)
    .join(' | ')
}

/** How a shell's case names a flag at a place. */
export function flagPatterns({ path }: Place, { text, short }: FlagWord): string {
  const at = path === '' ? '' : ` ${path}`
  return [text, short]
    .filter((name) => name !== undefined)
    .map((name) => `'${at} ${name}'`)
    .join(' | ')
}

function valueCases(place: Place): string[] {
  const unknown = place.flags.filter(({ value }) => value === 'any')
  const known = place.flags.filter(({ value }) => value !== 'any' && value !== 'none')
  return [
    ...known.map((flag) => `    ${flagPatterns(place, flag)}) ${valueReply(flag)}; return ;;`),
    ...(unknown.length === 0 ? [] : [`    ${unknown.map((flag) => flagPatterns(place, flag)).join(' | ')}) return ;;`]),
  ]
}

function valueReply({ value }: FlagWord): string {
  if (typeof value !== 'string') return `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$cur"))`
  return `compopt -o filenames 2>/dev/null; IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$cur"))`
}

function wordCase({ path, words, flags }: Place): string {
  const all = [...words, ...flags].map(({ text }) => text)
  return `    '${path === '' ? '' : ` ${path}`}') words='${all.join(' ')}' ;;`
}
