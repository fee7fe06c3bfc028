/** What the exit codes mean, in the order of their numbers. Scripts may rely on them; docs/reference/cli.md shows this table. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'Done. Also when whoever reads the output has had enough (`| head`).' },
  failed: { code: 1, meaning: 'It did not work; the message on standard error says why and what to do.' },
  usage: { code: 2, meaning: 'The command, a flag or a value is not one that there is. Nothing was done.' },
  notAuthorised: { code: 3, meaning: 'The token is missing, not accepted, or may not do this.' },
  notFound: { code: 4, meaning: 'There is no such event, or no activity API at this address.' },
  unreachable: {
    code: 5,
    meaning: 'The server or the database cannot be reached, or cannot answer now. Try again later.',
  },
  interrupted: { code: 130, meaning: 'Interrupted by Ctrl-C (SIGINT).' },
  terminated: { code: 143, meaning: 'Ended by SIGTERM.' },
} as const

/** Names of the ways in which a command can end. */
export type Ending = keyof typeof EXIT_CODES

/** The number that a process ends with. */
export type ExitCode = (typeof EXIT_CODES)[Ending]['code']
