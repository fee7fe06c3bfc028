import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * Loads a package that the host may have installed, looked for from this package and from the host's folder; undefined
 * when there is none. Throws what the package itself throws.
 */
export function loadOptional<T>(name: string): T | undefined {
  for (const from of [__filename, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(from)(name) as T
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string }
      if (code !== 'MODULE_NOT_FOUND' || message?.includes(`'${name}'`) !== true) throw error
    }
  }
  return undefined
}
