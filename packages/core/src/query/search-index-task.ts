import type { SearchIndex } from '../store/search-index'
import type { Task } from '../tasks/tasks'

/** Gives the shards of a log that was there before the option their index for `search`, one after the other. */
export function searchIndexTask(index: SearchIndex): Task {
  return { name: 'search-index', everyMs: 5_000, run: () => index.indexNext() }
}
