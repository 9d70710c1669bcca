/** Where a person's devices want to be told of changes (JMAP PushSubscription, RFC 8620 §7.2). */
import type { Migration } from './0001-foundation.ts'

export const push: Migration = {
  id: 2,
  name: 'push',
  statements: [
    `CREATE TABLE push_subscription (
      account_id {bigint} NOT NULL, id TEXT NOT NULL, credential TEXT NOT NULL, device_client_id TEXT NOT NULL,
      url TEXT NOT NULL, p256dh TEXT, auth TEXT, code TEXT NOT NULL, verified INTEGER NOT NULL, types TEXT,
      expires_at {bigint} NOT NULL, created_at {bigint} NOT NULL, PRIMARY KEY (account_id, id)) {rowless}`,
  ],
}
