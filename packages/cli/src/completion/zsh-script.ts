import { flagPatterns, pathPatterns } from './bash-script'
import type { FlagWord, Place, Word } from './places'

/** A script for zsh: source it, or save it as `_actrail` in a folder of `fpath`. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef actrail
# Completion of actrail for zsh. Written by: actrail completion zsh
_actrail() {
  local at='' i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
      ${pathPatterns(places)}) at="$at \${words[i]}" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${places.map(wordCase).join('\n')}
  esac
  _describe -V 'actrail' found
}
if [[ "\${funcstack[1]}" == _actrail ]]; then
  _actrail "$@"
else
  compdef _actrail actrail
fi
`
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
  if (typeof value !== 'string') return `compadd -- ${value.join(' ')}`
  return '_files'
}

function wordCase({ path, words, flags }: Place): string {
  const all = [...words, ...flags].map(described)
  return `    '${path === '' ? '' : ` ${path}`}') found=(${all.join(' ')}) ;;`
}

function described({ text, summary }: Word): string {
  // A colon ends the word, and a quote the text.
  return `'${text}:${summary.replaceAll(/[\\:]/g, '\\$&').replaceAll("'", "'\\''")}'`
}
