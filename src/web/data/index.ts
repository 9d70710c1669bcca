/** The door of the data room: the only file the other rooms of the web app import. */
export { createClient } from './client.ts'
export type * from './contract.ts'
export type * from './ports.ts'
export { sharedEvents } from './push-hub.ts'
export { parseSearch } from './search.ts'
export { idbStorage } from './storage-idb.ts'
export { lockedStorage } from './storage-locked.ts'
export { memoryStorage } from './storage-memory.ts'
