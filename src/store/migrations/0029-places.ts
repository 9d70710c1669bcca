/** Files of large blobs are named before their hash is known: the scan for orphans finds their rows by that name. */
import type { Migration } from './0001-foundation.ts'

export const places: Migration = {
  id: 29,
  name: 'places',
  statements: ["CREATE INDEX blob_by_location ON blob (location) WHERE location <> ''"],
}
