/** Scripts of the platform that the filters of accounts include (`include :global`, RFC 6609). */
import type { Migration } from './0001-foundation.ts'

export const globalScripts: Migration = {
  id: 41,
  name: 'global-scripts',
  statements: [
    // `hash`: SHA-256 of the text in UTF-8, hexadecimal; by it a program that was read once is known again.
    `CREATE TABLE global_script (
      name TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL, updated_at {bigint} NOT NULL)`,
  ],
}
