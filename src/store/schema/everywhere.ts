/** What follows a person on their devices. See `../schema.ts` for what all tables have in common. */

/** A session that was ended before its time; kept until its cookie is gone by itself. */
export interface EndedSessionTable {
  token_hash: string
  expires_at: number
}

/** What a person wants to be told of on their devices. */
export interface PushRuleTable {
  account_id: number
  /** JSON: see domain/push/rules.ts. */
  rules: string
  updated_at: number
}

/** The key by which push services know this platform (RFC 8292); one row, id 1. */
export interface PushKeyTable {
  id: number
  /** Uncompressed point of P-256, base64url. */
  public_key: string
  /** Scalar, base64url. */
  private_key: string
  created_at: number
}

export interface EverywhereTables {
  ended_session: EndedSessionTable
  push_rule: PushRuleTable
  push_key: PushKeyTable
}
