import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { childSettings, serveParent } from '../runner/parent'
import { breakDisk, optionsUnder } from './faults'
import { type Difference, findDifferences } from './identical'
import type { Program } from './programs'
import type { HostOptions } from './host-options'
import { serveHost } from './served'

/** What the application is started with. */
export interface AppSettings {
  readonly framework: string
  readonly fault: string
  readonly database: string
  readonly directory: string
}

/** What the parent asks to be compared. */
export interface Compared {
  readonly handlers: number
  readonly seed: number
}

const PROGRAMS: readonly Program[] = [{ kind: 'json', status: 200, text: 'ok' }, { kind: 'throw' }, { kind: 'reject' }]

async function main(): Promise<void> {
  const { framework, fault, database, directory } = childSettings<AppSettings>()
  const escaped: string[] = []
  const note = (error: unknown): number => escaped.push(error instanceof Error ? String(error.stack) : String(error))
  process.on('unhandledRejection', note).on('uncaughtException', note)
  const sound: HostOptions = {
    audit: {
      directory,
      database,
      logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      authorize: () => ({ id: 'reader', workspaces: ['default'], permissions: ['activity:read'] }),
    },
    declared: { resource: () => ({ type: 'thing', id: '1' }) as never },
  }
  const options = await optionsUnder(fault, sound, database)
  const { server, trail } = await serveHost(framework, PROGRAMS, options)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const compare = ({ handlers, seed }: Compared): Promise<Difference[]> =>
    findDifferences({
      framework,
      handlers,
      seed,
      options: { ...sound, audit: { ...sound.audit, directory: `${directory}-2` } },
    })
  serveParent({ break: () => breakDisk(fault), escaped: () => escaped, status: () => trail?.status(), compare }, (server.address() as AddressInfo).port) // prettier-ignore
}

void main()
