/** How people prove who they are. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

export interface CredentialTable {
  id: Generated<number>
  account_id: number
  kind: CredentialKind
  /** PHC string for passwords; hex keyed hash for app passwords and recovery codes; sealed seed or grid; passkey's public key. */
  secret: string
  /** App passwords: first characters, to find the row; passkeys: the credential id (base64url); otherwise empty. */
  lookup: string
  label: string
  /** Space separated: web imap smtp jmap. */
  scopes: string
  created_at: number
  last_used_at: number | null
  last_used_ip: string | null
  last_failed_at: number | null
  last_failed_ip: Generated<string | null>
  /** Wrong tries since the last right one. */
  failures: Generated<number>
  /** JSON of the kind: TOTP's last step used, passkey's counter and transports, why a password must change. */
  data: Generated<string>
}

export type CredentialKind = 'password' | 'app' | 'totp' | 'passkey' | 'recovery' | 'grid'

export interface SessionTable {
  /** Names the session for its whole life, in what services were given too. */
  id: string
  /** SHA-256 of the token, hex: changes when the person signs in again in it. */
  token_hash: string
  account_id: number
  created_at: number
  last_seen_at: number
  expires_at: number
  ip: string
  user_agent: string
  /** The profile the person acts under; null until one is chosen. */
  profile_id: Generated<number | null>
  /** RFC 8176 methods, space separated: pwd, otp, hwk, swk, mfa, kba, fed. */
  amr: Generated<string>
  /** When the person last proved who they are with every factor asked (OpenID auth_time). */
  authenticated_at: Generated<number>
  /** When they last did so for a sensitive act; 0 never. */
  stepped_up_at: Generated<number>
  device_id: Generated<string>
  /** 1: on a shared computer, so a shorter idle time. */
  shared: Generated<number>
  /** Identity provider that vouched; empty: ours. */
  provider: Generated<string>
  /** JSON of the provider's session, for its logout rule. */
  provider_data: Generated<string>
  /** ISO 3166 alpha-2 of the address it was opened from; empty unknown. */
  country: Generated<string>
}

/** A browser an account has signed in from before; `id` is the SHA-256 of its cookie. */
export interface DeviceTable {
  account_id: number
  id: string
  label: string
  user_agent: string
  ip: string
  country: string
  created_at: number
  last_seen_at: number
  /** No second factor is asked in this browser until then; 0: it is asked. */
  trusted_until: number
}

/** Anything that may be used once and for a short while: sign-in under way, reset link, activation code, CAS ticket. */
export interface OneTimeTable {
  /** SHA-256 of the token, hex. */
  id: string
  kind: string
  account_id: number | null
  session_id: string
  data: string
  attempts: number
  created_at: number
  expires_at: number
  used_at: number | null
}

export interface RecoveryCaseTable {
  id: Generated<number>
  account_id: number
  uai: string
  kind: string
  status: 'asked' | 'approved' | 'refused' | 'used' | 'expired'
  asked_by: number | null
  approved_by: number | null
  reason: string
  created_at: number
  decided_at: number | null
  expires_at: number
}

export interface TrustedContactTable {
  account_id: number
  contact_id: number
  status: 'asked' | 'accepted'
  created_at: number
}

/** An account that is suspended, and deleted with everything it holds when its time has come. */
export interface ErasureTable {
  account_id: number
  asked_by: string
  reason: string
  asked_at: number
  due_at: number
}

export interface PeopleTables {
  credential: CredentialTable
  session: SessionTable
  device: DeviceTable
  one_time: OneTimeTable
  recovery_case: RecoveryCaseTable
  trusted_contact: TrustedContactTable
  erasure: ErasureTable
}
