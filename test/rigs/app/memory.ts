import { readFileSync } from 'node:fs'

const EVERY_MS = 500

/** Looks at the resident memory of another process, from outside. */
export interface MemoryWatch {
  /** The most since the last call, in MB; `NaN` where the system does not tell. */
  most(): number
  stop(): void
}

/** Begins to look at a process twice a second. */
export function watchMemory(pid: number): MemoryWatch {
  let most = residentMb(pid)
  const look = (): void => {
    most = Math.max(most, residentMb(pid))
  }
  const timer = setInterval(look, EVERY_MS)
  return {
    most() {
      look()
      const seen = most
      most = residentMb(pid)
      return seen
    },
    stop: () => clearInterval(timer),
  }
}

function residentMb(pid: number): number {
  try {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(line?.[1]) / 1024
  } catch {
    return NaN
  }
}
