/** Tables whose rows are replaced all the time, on a store that has no autovacuum. */
export const vacuumBusy = [
  'vacuum actrail.inbox',
  'vacuum actrail.log_head',
  'vacuum actrail.workspace_head',
  'vacuum actrail.reader',
  'vacuum (analyze) actrail.rollup_quarter',
  'vacuum (analyze) actrail.rollup_action',
  'vacuum (analyze) actrail.rollup_actor_day',
  'vacuum actrail.rollup_head',
] as const

/** A shard grows only: this marks its full pages as visible to all and tells the planner its size. */
export function vacuumShard(shard: number): string {
  return `vacuum (analyze) actrail.event_${shard}`
}
