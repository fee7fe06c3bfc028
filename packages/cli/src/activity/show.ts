import type { CommandDefinition } from '../command'
import { askServer } from '../settings/ask-server'
import { CONNECTION_FLAGS, type ConnectionFlags } from '../settings/settings'
import { visibleJson } from '../terminal/visible'
import { writeTo } from '../terminal/write-to'
import { readEventId } from './values'

/** `actrail activity show`: one event, every field of it. */
export const show: CommandDefinition<ConnectionFlags> = {
  name: 'show',
  summary: 'Show everything that is known of one event, as JSON',
  args: [{ argument: '<id>', description: 'The id of the event, with or without evt_.' }],
  flags: CONNECTION_FLAGS,
  examples: ['actrail activity show evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70'],
  async run({ flags, args: [text = ''], io }) {
    const id = readEventId(text)
    const event = await askServer(flags, io, (client) => client.get(id, { signal: io.signal }))
    await writeTo(io.stdout, `${visibleJson(event, 2)}\n`, io.signal)
  },
}
