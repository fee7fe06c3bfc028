/** What the host's thread tells the store's thread. `id` numbers a connection. */
export type ToStore =
  | { readonly kind: 'open'; readonly id: number }
  | { readonly kind: 'data'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly id: number }
  | { readonly kind: 'shutdown' }

/** How a data folder came about: it was there, it was unpacked, or it was made at length. */
export type Opening = 'found' | 'snapshot' | 'initdb'

/** What the store's thread tells the host's thread. */
export type FromStore =
  | { readonly kind: 'ready'; readonly how: Opening }
  | { readonly kind: 'data'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'closed' }

/** What the store's thread is started with. */
export interface StoreSettings {
  /** The folder that holds `data`, absolute. */
  readonly directory: string
  /** How long a statement waits for a transaction that does nothing, in ms. */
  readonly idleTransactionMs: number
}
