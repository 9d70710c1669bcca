/**
 * What SQLite is to assume of the table of entries. Without statistics it expects ten rows behind the first column of a
 * key and reads the whole account, where the index by thread would find the one entry of an email; measured on a mailbox
 * of 20,000 messages, that is milliseconds instead of microseconds for each. The figures are a large account's and need
 * not be true: they only put the indexes in the right order. PostgreSQL keeps its own.
 */
import type { Migration } from './0001-foundation.ts'

export const statistics: Migration = {
  id: 3,
  name: 'statistics',
  statements: [],
  sqlite: [
    // Makes the table of statistics without looking at the large tables.
    'ANALYZE migration',
    `DELETE FROM sqlite_stat1 WHERE tbl = 'message'`,
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
      ('message', 'message', '10000000 20000 2000 1'),
      ('message', 'message_by_date', '10000000 20000 2000 1'),
      ('message', 'message_by_thread', '10000000 20000 2 1')`,
    'ANALYZE sqlite_schema',
  ],
}
