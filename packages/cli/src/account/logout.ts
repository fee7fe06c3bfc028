import type { CommandDefinition } from '../command'
import { usageFailure } from '../failure'
import { readConfig, writeConfig } from '../settings/config-file'
import { writeTo } from '../terminal/write-to'

interface LogoutFlags {
  readonly profile?: string
}

/** `actrail logout`: forgets a token. */
export const logout: CommandDefinition<LogoutFlags> = {
  name: 'logout',
  summary: 'Forget the token of a profile',
  description: 'Its server and workspace are kept. The token itself stays valid until it is revoked at the server.',
  flags: [{ flag: '--profile <name>', description: 'The profile. Default: the current one.' }],
  async run({ flags, io }) {
    const { current, profiles } = await readConfig(io.env)
    const name = flags.profile ?? io.env['ACTRAIL_PROFILE'] ?? current
    const profile = name === undefined ? undefined : profiles.get(name)
    if (name === undefined || profile === undefined) {
      const which = name === undefined ? 'You are not logged in' : `There is no profile "${name}"`
      throw usageFailure(`${which}. Profiles that there are: actrail profile list`)
    }
    const { token, ...rest } = profile
    await writeConfig(io.env, {
      ...(current !== undefined && { current }),
      profiles: new Map(profiles).set(name, rest),
    })
    const text =
      token === undefined ? `Profile "${name}" has no token.` : `The token of profile "${name}" is forgotten.`
    await writeTo(io.stdout, `${text}\n`, io.signal)
  },
}
