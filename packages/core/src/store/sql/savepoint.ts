/** Around what we add to a transaction of the host: refused, it takes nothing of the host's along. */
export const savepoint = {
  set: 'savepoint actrail',
  release: 'release savepoint actrail',
  undo: 'rollback to savepoint actrail',
} as const
