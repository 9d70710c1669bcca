/** Guides that editors wrote or changed, each version kept, and the pictures in them. */
import type { Migration } from './0001-foundation.ts'

export const guideTexts: Migration = {
  id: 38,
  name: 'guide-texts',
  statements: [
    // The whole file, head and Markdown; empty: from then on it is the program's own again, or is no more.
    `CREATE TABLE guide_text (
      id TEXT NOT NULL, language TEXT NOT NULL, version INTEGER NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL,
      at {bigint} NOT NULL, PRIMARY KEY (id, language, version))`,
    `CREATE TABLE guide_picture (
      name TEXT NOT NULL PRIMARY KEY, type TEXT NOT NULL, bytes {blob} NOT NULL, author TEXT NOT NULL, at {bigint} NOT NULL)`,
  ],
}
