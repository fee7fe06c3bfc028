/** Waits until a condition holds, looking every few milliseconds; fails after ten seconds with what was waited for. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
