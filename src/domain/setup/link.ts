/**
 * A link from one screen to a device: shown as a QR code on a computer where somebody is signed in, opened by the phone
 * where nobody is. It serves once and for ten minutes, dies with the session it was made in, and gives the device a
 * password of its own; the password does not exist before the link is used.
 */
import { createHash, randomBytes } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type DeviceKind, deviceNames } from '#format/setup/device.ts'
import { seal, unseal } from '../access/oauth/seal.ts'
import { createAppPassword } from '../people/credentials.ts'
import { countAttempt, issue, type OneTime, peek, redeemNow, withdraw } from '../people/one-time.ts'
import type { People } from '../people/people.ts'
import type { Principal } from '../people/principal.ts'
import { sessionLives } from '../people/sessions.ts'
import { openAccount } from '../people/verify.ts'

const linkKind = 'device-link'
const linkLife = 10 * 60_000
const profileKind = 'device-profile'
const profileLife = 15 * 60_000
/** A device may ask for its profile again when the line breaks, and no more. */
const profileReads = 4

export interface DeviceLink {
  readonly token: string
  readonly expiresAt: number
}

/** Makes a link; one made before by the same person is worth nothing from now on. */
export const makeLink = async (
  people: People,
  owner: Pick<Principal, 'accountId'> & { readonly sessionId: string },
): Promise<DeviceLink> => {
  const { ctx } = people
  const { accountId: account, sessionId: session } = owner
  const token = await ctx.store.write(account, async (tx) => {
    await withdraw(tx, account, linkKind)
    return issue(tx, ctx, { kind: linkKind, account, session, life: linkLife })
  })
  return { token, expiresAt: ctx.clock.now() + linkLife }
}

const gone = (): Failure =>
  new Failure('unauthenticated', 'this link has been used or has expired', { property: 'device-link' })

const holderOf = (people: People, row: OneTime | undefined): Promise<Principal | undefined> =>
  people.ctx.store.read(async (tx) => {
    if (row?.accountId === undefined || !(await sessionLives(tx, people, row.sessionId))) return
    return openAccount(tx, people, row.accountId)
  })

/** Whose link this is, without using it. Throws Failure unauthenticated (property `device-link`). */
export const readLink = async (people: People, token: string): Promise<Principal> => {
  const row = await people.ctx.store.read((tx) => peek(tx, people.ctx, linkKind, token))
  const holder = await holderOf(people, row)
  if (!holder) throw gone()
  return holder
}

export interface ReadyDevice {
  readonly owner: Pick<Principal, 'name' | 'email' | 'login' | 'locale'>
  /** Of the app password. */
  readonly id: number
  readonly label: string
  /** Shown this once. */
  readonly password: string
  /** Opens the configuration profile a few times, for a quarter of an hour. */
  readonly profileToken: string
}

const profileKey = (token: string): Buffer => createHash('sha256').update(`setup.profile ${token}`).digest()

interface Kept {
  readonly password: string
  readonly name: string
  readonly email: string
}

/** Gives a device of `owner` its password. `label`: as its owner calls it. Throws Failure tooMany. */
export const readyDevice = async (
  people: People,
  owner: Pick<Principal, 'accountId' | 'login' | 'name' | 'email' | 'locale'>,
  device: { readonly kind: DeviceKind; readonly label?: string; readonly ip: string },
): Promise<ReadyDevice> => {
  const { ctx } = people
  const { accountId: account, name, email, login, locale } = owner
  const label = device.label?.trim() || deviceNames[device.kind]
  const made = await createAppPassword(people, login, account, {
    label,
    scopes: ['imap', 'smtp', 'dav'],
    ip: device.ip,
  })
  const kept: Kept = { password: made.password, name, email }
  // Sealed by the token itself, of which the store has only a hash: what rests there opens nothing.
  const token = `p${randomBytes(32).toString('base64url')}`
  const data = seal(profileKey(token), profileKind, JSON.stringify(kept))
  await ctx.store.write(account, (tx) => issue(tx, ctx, { kind: profileKind, account, data, life: profileLife, token }))
  return { owner: { name, email, login, locale }, id: made.id, label, password: made.password, profileToken: token }
}

/** Uses a link up for the device that opened it. Throws Failure unauthenticated (property `device-link`), tooMany. */
export const useLink = async (
  people: People,
  token: string,
  device: { readonly kind: DeviceKind; readonly ip: string },
): Promise<ReadyDevice> => {
  const row = await redeemNow(people.ctx, linkKind, token)
  const holder = await holderOf(people, row)
  if (!holder) throw gone()
  return readyDevice(people, holder, device)
}

/** What a configuration profile is made of. Throws Failure unauthenticated (property `device-link`). */
export const readProfile = async (people: People, token: string): Promise<Kept & { readonly account: number }> => {
  const { ctx } = people
  const row = await ctx.store.writeGlobal((tx) => countAttempt(tx, ctx, profileKind, token, profileReads))
  if (row?.accountId === undefined) throw gone()
  return { ...(JSON.parse(unseal(profileKey(token), profileKind, row.data)) as Kept), account: row.accountId }
}
