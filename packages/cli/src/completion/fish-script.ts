import type { FlagWord, Place, Word } from './places'

/** A script for fish: source it, or save it as `actrail.fish` in its folder of completions. */
export function fishScript(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => quoted(` ${path}`))
  return `# Completion of actrail for fish. Written by: actrail completion fish
function __actrail_at
    set -l at ''
    set -l typed (commandline -opc)
    set -e typed[1]
    for word in $typed
        switch "$at $word"
            case ${paths.join(' ')}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c actrail -f
${places.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, words, flags }: Place): string[] {
  const at = path === '' ? '' : ` ${path}`
  const here = `complete -c actrail -n ${quoted(`__actrail_at "${at}"`)}`
  return [
    ...words.map((word) => `${here} -a ${word.text} ${about(word)}`),
    ...flags.map((flag) => `${here} ${taken(flag)}`),
  ]
}

function taken(flag: FlagWord): string {
  const { text, short, value } = flag
  const names = [...(short === undefined ? [] : [`-s ${short.slice(1)}`]), `-l ${text.slice(2)}`].join(' ')
  return `${names}${valueOf(value)} ${about(flag)}`
}

function valueOf(value: FlagWord['value']): string {
  if (value === 'none') return ''
  if (value === 'file') return ' -r -F'
  return value === 'any' ? ' -x' : ` -x -a ${quoted(value.join(' '))}`
}

function about({ summary }: Word): string {
  return `-d ${quoted(summary)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`
}
