import { childSettings, serveParent } from '../runner/parent'
import { freeDescriptors, takeDescriptors } from './descriptors'
import { serveItems } from './serve'
import type { AppSettings } from './settings'

async function main(): Promise<void> {
  const { port, trail, handled, close } = await serveItems(childSettings<AppSettings>())
  async function stop(): Promise<unknown> {
    await trail.flush()
    const status = await trail.status()
    await close()
    return status
  }
  // As a host would: whatever else keeps this process alive is the trail's fault.
  process.once('SIGTERM', () => {
    process.channel?.unref()
    void close()
  })
  serveParent(
    {
      stop,
      flush: () => trail.flush(),
      status: () => trail.status(),
      handled: () => handled,
      takeDescriptors,
      freeDescriptors,
      exit: () => process.exit(0),
      throw: () => void setImmediate(() => throwIt()),
    },
    port,
  )
}

function throwIt(): never {
  throw new Error('a mistake of the host that nobody catches: this rig makes it on purpose')
}

void main()
