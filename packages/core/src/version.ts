import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { noteCopy } from './context/scope'

/** The version of this package. */
export const VERSION: string = (
  JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string }
).version

noteCopy(VERSION)
