/** One's own account over plain HTTP. Answers are checked, none trusted; sensitive acts may ask again who one is. */
import {
  type Answer,
  ask,
  type Body,
  list,
  momentOf,
  nothing,
  numberOr,
  record,
  records,
  text,
} from '../../shell/request.ts'
import { askSurely } from '../../shell/step-up.tsx'

type When = number | undefined

export interface Factor {
  readonly id: number
  readonly kind: 'passkey' | 'totp' | 'grid'
  readonly label: string
  readonly createdAt: When
  readonly lastUsedAt: When
  readonly lastFailedAt: When
  readonly isSynced: boolean
}

export interface Factors {
  readonly factors: readonly Factor[]
  readonly recoveryLeft: number
  readonly mustEnrol: boolean
}

const readFactor = (one: Body): readonly Factor[] => {
  const { id, kind } = one
  if (typeof id !== 'number' || (kind !== 'passkey' && kind !== 'totp' && kind !== 'grid')) return []
  return [
    {
      id,
      kind,
      label: text(one.label),
      createdAt: momentOf(one.createdAt),
      lastUsedAt: momentOf(one.lastUsedAt),
      lastFailedAt: momentOf(one.lastFailedAt),
      isSynced: one.synced === true,
    },
  ]
}

export const loadFactors = (): Promise<Answer<Factors>> =>
  ask('/auth/factors', undefined, (answer) => ({
    factors: records(answer.factors).flatMap(readFactor),
    recoveryLeft: numberOr(record(answer.recovery).left, 0),
    mustEnrol: answer.mustEnrol === true,
  }))

export const removeFactor = (id: number) => askSurely('/auth/factors/remove', { id }, nothing)
export const renameFactor = (id: number, label: string) => ask('/auth/factors/rename', { id, label }, nothing)

export interface TotpStart {
  readonly token: string
  readonly secret: string
  /** SVG as text. */
  readonly qr: string
}

export const beginTotp = (): Promise<Answer<TotpStart>> =>
  askSurely('/auth/totp/begin', {}, (answer) => ({
    token: text(answer.token),
    secret: text(answer.secret),
    qr: text(answer.qr),
  }))
export const confirmTotp = (token: string, code: string) => askSurely('/auth/totp/confirm', { token, code }, nothing)

export const passkeyCreation = (): Promise<Answer<Body>> => askSurely('/auth/passkeys/options', {}, (answer) => answer)
export const addPasskey = (attestation: unknown, label: string) =>
  askSurely('/auth/passkeys', { attestation, label }, nothing)

export const makeRecoveryCodes = (): Promise<Answer<readonly string[]>> =>
  askSurely('/auth/recovery-codes', {}, (answer) => list(answer.codes).map(text))

export interface Grid {
  readonly columns: readonly string[]
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[]
}

export const makeGrid = (): Promise<Answer<Grid>> =>
  askSurely('/auth/grid', {}, (answer) => ({
    columns: list(answer.columns).map(text),
    rows: records(answer.rows).map((row) => ({ name: text(row.name), cells: list(row.cells).map(text) })),
  }))

/** `current` is asked of those who have no second proof. */
export const changePassword = (current: string, password: string) =>
  askSurely('/auth/password', { password, ...(current === '' ? {} : { current }) }, nothing)

export interface OpenSession {
  readonly id: string
  readonly userAgent: string
  readonly ip: string
  readonly country: string
  readonly createdAt: When
  readonly lastSeenAt: When
  readonly isCurrent: boolean
  readonly isShared: boolean
}

export const loadSessions = (): Promise<Answer<readonly OpenSession[]>> =>
  ask('/auth/sessions', undefined, (answer) =>
    records(answer.sessions).map((one) => ({
      id: text(one.id),
      userAgent: text(one.userAgent),
      ip: text(one.ip),
      country: text(one.country),
      createdAt: momentOf(one.createdAt),
      lastSeenAt: momentOf(one.lastSeenAt) ?? momentOf(one.seenAt) ?? momentOf(one.lastUsedAt),
      isCurrent: one.current === true,
      isShared: one.shared === true,
    })),
  )
export const closeSession = (id: string) => askSurely('/auth/sessions/revoke', { id }, nothing)
export const closeOtherSessions = () => askSurely('/auth/sessions/revoke', { others: true }, nothing)

export interface KnownDevice {
  readonly id: string
  readonly label: string
  readonly userAgent: string
  readonly ip: string
  readonly country: string
  readonly lastSeenAt: When
  readonly trustedUntil: When
  readonly isCurrent: boolean
}

export const loadDevices = (): Promise<Answer<readonly KnownDevice[]>> =>
  ask('/auth/devices', undefined, (answer) =>
    records(answer.devices).map((one) => ({
      id: text(one.id),
      label: text(one.label),
      userAgent: text(one.userAgent),
      ip: text(one.ip),
      country: text(one.country),
      lastSeenAt: momentOf(one.lastSeenAt),
      trustedUntil: momentOf(one.trustedUntil),
      isCurrent: one.current === true,
    })),
  )
export const forgetDevice = (id: string) => askSurely('/auth/devices/forget', { id }, nothing)
export const forgetAllDevices = () => askSurely('/auth/devices/forget', { all: true }, nothing)

export interface App {
  readonly id: string | number
  readonly name: string
  readonly url: string
  readonly scopes: readonly string[]
  readonly since: When
  readonly lastUsedAt: When
}

export const loadApps = (): Promise<Answer<readonly App[]>> =>
  ask('/auth/apps', undefined, (answer) =>
    records(answer.apps).map((one) => ({
      id: typeof one.id === 'number' ? one.id : text(one.id),
      name: text(one.name),
      url: text(one.url),
      scopes: records(one.scopes).map((scope) => text(scope.title) || text(scope.id)),
      since: momentOf(one.since),
      lastUsedAt: momentOf(one.lastUsedAt),
    })),
  )
/** An identity elsewhere that opens this account: EduConnect, an ENT. */
export interface FederatedLink {
  readonly provider: string
  readonly name: string
  readonly since: number | undefined
  readonly lastUsedAt: number | undefined
}

export const loadLinks = (): Promise<Answer<readonly FederatedLink[]>> =>
  ask('/auth/links', undefined, (answer) =>
    records(answer.links).map((one) => ({
      provider: text(one.provider),
      name: text(one.name),
      since: momentOf(one.createdAt),
      lastUsedAt: momentOf(one.lastUsedAt),
    })),
  )
export const removeLink = (provider: string) => askSurely('/auth/links/remove', { provider }, nothing)

export const revokeApp = (id: string | number) => askSurely('/auth/apps/revoke', { id }, nothing)

export interface Rescue {
  readonly mail: string
  readonly isVerified: boolean
}

export const loadRescue = (): Promise<Answer<Rescue>> =>
  ask('/auth/rescue', undefined, (answer) => ({
    mail: text(answer.mail),
    isVerified: momentOf(answer.verifiedAt) !== undefined,
  }))
export const sendRescue = (mail: string) => askSurely('/auth/rescue', { mail }, nothing)
export const confirmRescue = (code: string) => askSurely('/auth/rescue/confirm', { code }, nothing)
export const removeRescue = () => askSurely('/auth/rescue/remove', {}, nothing)

export interface TrustedContact {
  readonly accountId: number
  readonly name: string
  readonly email: string
  readonly isAccepted: boolean
}

const readContacts = (value: unknown): readonly TrustedContact[] =>
  records(value).map((one) => ({
    accountId: numberOr(one.accountId, 0),
    name: text(one.name),
    email: text(one.email),
    isAccepted: one.status === 'accepted',
  }))

export const loadContacts = () =>
  ask('/auth/trusted-contacts', undefined, (answer) => ({
    contacts: readContacts(answer.contacts),
    helps: readContacts(answer.helps),
  }))
export const addContact = (address: string) => askSurely('/auth/trusted-contacts', { address }, nothing)
export const removeContact = (accountId: number) => askSurely('/auth/trusted-contacts/remove', { accountId }, nothing)
export const answerContact = (accountId: number, accept: boolean) =>
  askSurely('/auth/trusted-contacts/answer', { accountId, accept }, nothing)

export interface Activity {
  readonly at: When
  readonly action: string
  readonly target: string
  readonly detail: string
  readonly ip: string
  readonly country: string
}

export const loadActivity = (): Promise<Answer<readonly Activity[]>> =>
  ask('/auth/activity', undefined, (answer) =>
    records(answer.activity).map((one) => ({
      at: momentOf(one.at),
      action: text(one.action),
      target: text(one.target),
      detail: text(one.detail),
      ip: text(one.ip),
      country: text(one.country),
    })),
  )

/** What a device password can open. */
export const deviceScopes = ['imap', 'smtp', 'dav', 'jmap'] as const

export interface DevicePassword {
  readonly id: number
  readonly label: string
  readonly scopes: readonly (typeof deviceScopes)[number][]
  readonly lastUsedAt: When
  readonly lastUsedIp: string
  readonly lastFailedAt: When
  readonly lastFailedIp: string
  /** Refusals since it last worked. */
  readonly failures: number
}

export const loadDevicePasswords = (): Promise<Answer<readonly DevicePassword[]>> =>
  ask('/auth/app-passwords', undefined, (answer) =>
    records(answer.appPasswords).map((one) => ({
      id: numberOr(one.id, 0),
      label: text(one.label),
      scopes: deviceScopes.filter((scope) => list(one.scopes).includes(scope)),
      lastUsedAt: momentOf(one.lastUsedAt),
      lastUsedIp: text(one.lastUsedIp),
      lastFailedAt: momentOf(one.lastFailedAt),
      lastFailedIp: text(one.lastFailedIp),
      failures: numberOr(one.failures, 0),
    })),
  )

/** Resolves with the password, shown this once. */
export const createDevicePassword = (label: string, scopes: readonly string[]) =>
  askSurely('/auth/app-passwords', { label, scopes }, (answer) => text(answer.password))

export const revokeDevicePassword = (id: number) => ask('/auth/app-passwords/revoke', { id }, nothing)
