/** Which TLS other domains ask of those who send to them (MTA-STS, RFC 8461), remembered for as long as they say. */
import type { Migration } from './0001-foundation.ts'

export const tlsPolicies: Migration = {
  id: 40,
  name: 'tls-policies',
  statements: [
    // `mx`: patterns with spaces between. `used_at`: a day on which mail was sent there; what is used is asked for anew.
    `CREATE TABLE sts_policy (
      domain TEXT NOT NULL PRIMARY KEY, policy_id TEXT NOT NULL, mode TEXT NOT NULL, mx TEXT NOT NULL,
      fetched_at {bigint} NOT NULL, checked_at {bigint} NOT NULL, used_at {bigint} NOT NULL,
      expires_at {bigint} NOT NULL)`,
  ],
}
