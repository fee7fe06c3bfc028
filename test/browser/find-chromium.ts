import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** What to say where there is no browser. */
export const NO_CHROMIUM =
  'There is no Chromium, so nothing was tried in a browser. Install one (Debian: apt-get install chromium), or name it in ACTRAIL_CHROMIUM.'

/** The path of a Chromium of this machine: the one in `ACTRAIL_CHROMIUM`, else one on the path. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.ACTRAIL_CHROMIUM) return env.ACTRAIL_CHROMIUM
  const folders = (env.PATH ?? '').split(delimiter)
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}
