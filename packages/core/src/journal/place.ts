import { basename, join } from 'node:path'
import { ActrailError } from '../errors'
import type { Disk } from './disk'
import { leaveProducerFolder, makeProducerFolder, type ProducerFolder, segmentName } from './producer-folder'
import type { Place } from './segments'
import type { JournalOptions } from './types'

/** Shortages that pass: the journal starts in memory and asks for its folder again. */
const PASSING = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM'])

/** What of the journal's options decides about the folder. */
export interface PlaceSettings extends Pick<JournalOptions, 'directory' | 'mode' | 'logger'> {
  readonly minFreeBytes: number
}

/** Where this process's segments lie. */
export class JournalPlace {
  /** Mode `memory`, or Windows, where a folder cannot be owned by a socket in it. */
  readonly memoryOnly: boolean
  hasRoom = true
  private folder: ProducerFolder | undefined
  private left = false

  /** @throws ActrailError `ERR_JOURNAL_FOLDER` when the folder can never be used, `ERR_OPTION_INVALID` */
  constructor(
    private readonly settings: PlaceSettings,
    private readonly epoch: number,
    private readonly disk: Disk,
  ) {
    const windows = process.platform === 'win32'
    this.memoryOnly = windows || settings.mode === 'memory'
    if (windows && (settings.mode === 'fsync' || settings.mode === 'strict')) throw withoutWindows(settings.mode)
    if (this.memoryOnly) {
      const reason = settings.mode === 'memory' ? 'as configured' : 'since Windows is supported for development only'
      settings.logger.warn(
        { mode: settings.mode },
        `Events are kept in memory until they are stored, ${reason}: a crash loses them. This is no audit log`,
      )
      return
    }
    try {
      this.folder = makeProducerFolder(disk, settings.directory)
    } catch (error) {
      if (!PASSING.has(codeOf(error))) throw error
      settings.logger.warn({ err: error }, 'The journal starts in memory')
    }
  }

  get name(): string | undefined {
    return this.folder?.name
  }

  /** The path of the segment with this number; throws when there is no folder to put it in, or no room for its position. */
  pathOf(number: number): string {
    if (this.left) throw new Error('The journal is closed')
    this.folder ??= makeProducerFolder(this.disk, this.settings.directory)
    this.folder.position.reserve()
    return join(this.folder.path, segmentName(this.epoch, number))
  }

  async syncFolder(): Promise<void> {
    if (this.folder) await this.disk.syncFolder(this.folder.path)
  }

  /** Notes on disk that everything before this place is stored; in memory there is nothing to note. */
  async note({ segment, offset }: Place): Promise<void> {
    if (segment.path) await this.folder?.position.write({ segment: basename(segment.path), offset })
  }

  /** Looks whether the disk has room above the floor. Never rejects. */
  async look(): Promise<void> {
    try {
      this.hasRoom = (await this.disk.freeBytes(this.settings.directory)) >= this.settings.minFreeBytes
    } catch {
      // The next write will tell.
      this.hasRoom = true
    }
  }

  /** Notes how far the journal is stored and gives the folder up; removes it when nothing is left in it. */
  async leave(committed: Place | undefined, isEmpty: boolean): Promise<void> {
    this.left = true
    const { folder } = this
    if (!folder) return
    if (!isEmpty && committed) await this.note(committed).catch(() => undefined)
    await leaveProducerFolder(this.disk, folder, isEmpty)
  }
}

function withoutWindows(mode: string): ActrailError {
  const message = `Option journal.mode: ${mode} promises what Windows does not give. Use Linux or macOS, or 'memory' for development.`
  return new ActrailError('ERR_OPTION_INVALID', message)
}

function codeOf(error: unknown): string {
  const { cause } = error as ActrailError
  return String((cause as NodeJS.ErrnoException | undefined)?.code)
}
