import { closeSync, openSync } from 'node:fs'

/** Some systems have no limit that could be reached. */
const MOST = 200_000
const taken: number[] = []

/** Opens files until the process may open no more. @returns how many, and whether the limit was reached. */
export function takeDescriptors(): { readonly taken: number; readonly isOut: boolean } {
  try {
    while (taken.length < MOST) taken.push(openSync('/dev/null', 'r'))
    return { taken: taken.length, isOut: false }
  } catch {
    return { taken: taken.length, isOut: true }
  }
}

/** Closes what {@link takeDescriptors} has opened. */
export function freeDescriptors(): void {
  for (const fd of taken.splice(0)) closeSync(fd)
}
