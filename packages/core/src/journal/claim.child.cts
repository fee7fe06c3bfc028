import { claimFolder } from './claim'

/** Claims the folder of its argument, says whether it got it, and holds it until it is killed. */
void claimFolder(process.argv[2] ?? '').then((claim) => process.send?.(claim !== undefined))
setInterval(() => undefined, 60_000)
