export { ActrailError, type ErrorCode } from './errors'
export type * from './model/event'
