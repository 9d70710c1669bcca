/** Services that trust us, providers we trust. See `../schema.ts` for what all tables have in common. */
import type { Generated } from 'kysely'

/** A service that trusts us. `key` is its CAS service pattern, client_id or SAML entity id; `config` JSON by protocol. */
export interface RelyingPartyTable {
  id: Generated<number>
  protocol: 'cas' | 'oidc' | 'saml'
  name: string
  key: string
  config: string
  status: 'active' | 'disabled'
  created_by: string
  created_at: number
  updated_at: number
}

/** A service that a session has opened, to be told of the sign-out. `reference`: ticket, sid or SAML SessionIndex. */
export interface ParticipationTable {
  id: Generated<number>
  session_id: string
  account_id: number
  relying_party_id: number
  protocol: 'cas' | 'oidc' | 'saml'
  reference: string
  data: string
  at: number
}

/** A sign-out message still to be posted to a service. */
export interface LogoutNoticeTable {
  id: Generated<number>
  protocol: string
  url: string
  body: string
  attempts: number
  next_at: number
  created_at: number
}

/** What `oidc-provider` keeps; `id` of tokens and codes is the SHA-256 of their value. */
export interface OauthRecordTable {
  model: string
  id: string
  account_id: number | null
  session_id: string
  grant_id: string | null
  uid: string | null
  user_code: string | null
  /** Profile that the person had chosen when they agreed; kept with the grant, for when the session is over. */
  profile_id: number | null
  data: string
  created_at: number
  consumed_at: number | null
  expires_at: number | null
}

/** A provider that we trust to say who somebody is (EduConnect, an ENT). */
export interface IdentityProviderTable {
  id: string
  protocol: 'oidc' | 'saml'
  name: string
  /** Space separated sign-in audiences: staff pupil parent administrative. */
  audience: string
  config: string
  status: 'active' | 'disabled'
  sort_order: number
  created_at: number
  updated_at: number
}

export interface FederatedIdentityTable {
  provider_id: string
  subject: string
  account_id: number
  created_at: number
  last_used_at: number
}

export interface AccessTables {
  relying_party: RelyingPartyTable
  participation: ParticipationTable
  logout_notice: LogoutNoticeTable
  oauth_record: OauthRecordTable
  identity_provider: IdentityProviderTable
  federated_identity: FederatedIdentityTable
}
