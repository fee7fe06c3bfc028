/** Which of some ids a few shards hold. $1 = the ids. */
export function knownIds(shards: readonly number[]): string {
  const parts = shards.map((shard) => `select e.id from actrail.event_${shard} e where e.id = any($1::uuid[])`)
  return parts.join('\nunion all\n')
}
