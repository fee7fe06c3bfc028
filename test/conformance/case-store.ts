/** Where the trail of a served case application keeps its log. */
export interface CaseStore {
  readonly database: string
  /** A folder: empty, or that of an earlier life of the same application. */
  readonly directory: string
}
