export {
  storeContract,
  type OpenedStore,
  type OpenOptions,
  type StoreHarness,
  type StoreTestRunner,
} from './store-contract'
