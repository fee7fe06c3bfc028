import type { Canary } from './canaries'

/** A place that was searched, and all that it holds as text. */
export interface Haystack {
  readonly name: string
  readonly text: string
}

/** A secret that was found. */
export interface Leak {
  readonly where: string
  readonly place: string
}

/** How a text may be written without being another: as it is, and in the encodings that logs and stores use. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  return [text, text.toLowerCase(), bytes.toString('hex'), ...base64Of(bytes), encodeURIComponent(text)]
}

/** Base64 of a text inside a longer one, at each of the three places where it can begin in a group. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    // The first and the last characters also hold bits of the neighbours.
    return all.slice(before === 0 ? 0 : 4, -4)
  })
}

/** Every canary that some haystack holds, in whatever form. Pure. */
export function leaksIn(haystacks: readonly Haystack[], canaries: readonly Canary[]): Leak[] {
  return haystacks.flatMap(({ name, text }) => {
    const lower = text.toLowerCase()
    return canaries.flatMap(({ text: secret, place }) =>
      formsOf(secret).some((form) => text.includes(form) || lower.includes(form)) ? [{ where: name, place }] : [],
    )
  })
}

/** Names of the haystacks that lack one of the witnesses: where they are missing, a search for secrets proves nothing. */
export function blindIn(haystacks: readonly Haystack[], witnesses: readonly string[]): string[] {
  return haystacks.filter(({ text }) => witnesses.some((one) => !text.includes(one))).map(({ name }) => name)
}
