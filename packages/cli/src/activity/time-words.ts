const UNITS: Readonly<Record<string, string>> = {
  ms: 'millisecond',
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
}

/** A duration such as `24h` as people say it: `24 hours`; a composed one as it is. `undefined` for a date or a time. */
export function durationInWords(text: string): string | undefined {
  if (!/^\d.*[a-z]$/.test(text)) return undefined
  const [, count, unit = ''] = /^(\d+)(ms|[smhdw])$/.exec(text) ?? []
  if (count === undefined) return text
  return `${Number(count)} ${UNITS[unit] ?? unit}${Number(count) === 1 ? '' : 's'}`
}
