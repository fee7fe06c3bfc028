export type { OpenedStore, OpenOptions, StoreHarness } from './store-case'
export { storeContract, type StoreTestRunner } from './store-contract'
