/** Names of mailboxes that mail programs have deleted and are still subscribed to. */
import type { Migration } from './0001-foundation.ts'

export const subscriptions: Migration = {
  id: 36,
  name: 'subscriptions',
  statements: [
    'CREATE TABLE subscription_left (account_id {bigint} NOT NULL, path TEXT NOT NULL, PRIMARY KEY (account_id, path)) {rowless}',
  ],
}
