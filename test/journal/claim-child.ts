import { claimFolder } from '../../packages/core/src/journal/claim'

/** Claims the folder of its argument, says whether it got it, and holds it until it is killed. */
void claimFolder(process.argv[2] ?? '').then((claim) => process.send?.(claim !== undefined))
setInterval(() => undefined, 60_000)
