export { ActrailError, type ErrorCode } from './errors'
export type * from './model/event'
export { claimFolder, type Claim } from './journal/claim'
