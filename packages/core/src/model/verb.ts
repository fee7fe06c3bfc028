/**
 * The words of an action that mean a verb. The S2 view shows the verb, and `action=create` asks for it. A word that is
 * not here is its own verb, in upper case: `env.start` is START. `docs/reference/actions.md` shows this table.
 */
export const VERB_WORDS: Readonly<Record<string, readonly string[]>> = {
  CREATE: [
    'create',
    'created',
    'creation',
    'add',
    'added',
    'insert',
    'inserted',
    'new',
    'invite',
    'invited',
    'register',
    'registered',
    'registration',
    'deploy',
    'deployed',
    'deployment',
    'setup',
    'set_up',
    'signup',
    'sign_up',
    'signed_up',
    'upload',
    'uploaded',
  ],
  UPDATE: [
    'update',
    'updated',
    'change',
    'changed',
    'edit',
    'edited',
    'modify',
    'modified',
    'patch',
    'patched',
    'rename',
    'renamed',
    'configure',
    'configured',
    'set',
    'replace',
    'replaced',
  ],
  DELETE: [
    'delete',
    'deleted',
    'deletion',
    'remove',
    'removed',
    'removal',
    'destroy',
    'destroyed',
    'undeploy',
    'undeployed',
    'deregister',
    'deregistered',
    'unregister',
    'unregistered',
    'purge',
    'purged',
  ],
  READ: ['read', 'view', 'viewed', 'get', 'show', 'shown'],
  LIST: ['list', 'listed'],
  LOGIN: ['login', 'log_in', 'logged_in', 'signin', 'sign_in', 'signed_in'],
  LOGIN_FAILED: ['login_failed', 'failed_login', 'login_failure'],
  LOGOUT: ['logout', 'log_out', 'logged_out', 'signout', 'sign_out', 'signed_out'],
  START: ['start', 'started'],
  STOP: ['stop', 'stopped'],
  RESTART: ['restart', 'restarted'],
  RESTORE: ['restore', 'restored'],
  EXPORT: ['export', 'exported'],
  IMPORT: ['import', 'imported'],
  REVOKE: ['revoke', 'revoked'],
  RUN: ['run', 'ran', 'execute', 'executed'],
}

const VERB_OF_WORD: ReadonlyMap<string, string> = new Map(
  Object.entries(VERB_WORDS).flatMap(([verb, words]) => words.map((word) => [word, verb] as const)),
)

/**
 * The verb that one word means: by the table, else the word itself in upper case with `_` for whatever is neither
 * letter nor digit. The empty word gives `OTHER`.
 */
export function verbOfWord(word: string): string {
  const known = VERB_OF_WORD.get(word)
  if (known !== undefined) return known
  const snake = word
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '')
    // Up and down again: some letters have two small forms and only one capital.
    .toUpperCase()
    .toLowerCase()
  return VERB_OF_WORD.get(snake) ?? (snake === '' ? 'OTHER' : snake.toUpperCase())
}
