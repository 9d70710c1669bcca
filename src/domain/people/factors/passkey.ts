/**
 * Passkeys and security keys (WebAuthn level 3). A passkey whose holder was verified is a whole sign-in; one that was
 * only touched is a second factor. Each challenge is ours, short, and used once; origin and relying party are checked;
 * a counter that does not grow is a copy.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { Failure } from '#base/failure.ts'
import { burn } from '../one-time.ts'
import type { People } from '../people.ts'
import { addFactor, announceFactors, type By, type FactorRow, labelOf, noteUsed, readFactors } from './rows.ts'
import { readAssertion, readAttestation } from './webauthn-json.ts'

/** Loaded when somebody first asks for it, or when the doors are open (serve.ts): with all it brings along it is large. */
export const webauthn = () => import('@simplewebauthn/server')

/** This site, as passkeys know it. */
export interface RelyingParty {
  /** Domain that passkeys are bound to: `localhost`, `connexion.ac-besancon.fr`. */
  readonly id: string
  readonly name: string
  /** Origins that may ask for them. */
  readonly origins: readonly string[]
}

/** EdDSA, ES256, RS256 (COSE). */
const algorithms = [-8, -7, -257]

const challengeKind = 'webauthn'
const challengeLife = 5 * 60_000

/** What a challenge was made for: an answer given for one purpose serves no other. */
export type PasskeyPurpose = 'sign-in' | 'factor' | 'step-up' | 'enrol'

interface PasskeyData {
  readonly counter: number
  readonly transports: readonly string[]
  /** True when it may be copied between the devices of its holder. */
  readonly synced: boolean
  readonly aaguid: string
}

/** What is kept of a passkey beside its key. */
export const passkeyData = (row: Pick<FactorRow, 'data'>): PasskeyData => {
  const { counter, transports, synced, aaguid } = JSON.parse(row.data) as Partial<PasskeyData>
  return { counter: counter ?? 0, transports: transports ?? [], synced: synced ?? false, aaguid: aaguid ?? '' }
}

export const passkeyRefused = (): Failure =>
  new Failure('unauthenticated', 'the passkey is not accepted', { property: 'passkey' })

/** An account in the words of WebAuthn: tells nothing about the person, and leads back to the account. */
const handleOf = (account: number): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(`account:${account}`))

const accountOf = (handle: string | undefined): number | undefined => {
  const id = /^account:(\d{1,15})$/.exec(Buffer.from(handle ?? '', 'base64url').toString('latin1'))?.[1]
  return id === undefined ? undefined : Number(id)
}

interface Asked {
  readonly challenge: string
  readonly purpose: PasskeyPurpose
  readonly account: number | null
  readonly expiresAt: number
}

const macOf = (people: People, body: string): Buffer =>
  createHmac('sha256', people.key).update(`${challengeKind}:${body}`).digest()

/**
 * The token of a challenge, for an HttpOnly cookie. It is signed and not written down: the sign-in page asks for one
 * each time it is opened, and that must cost nothing.
 */
const tokenOf = (people: People, challenge: string, purpose: PasskeyPurpose, account?: number): string => {
  const expiresAt = people.ctx.clock.now() + challengeLife
  const asked: Asked = { challenge, purpose, account: account ?? null, expiresAt }
  const body = Buffer.from(JSON.stringify(asked)).toString('base64url')
  return `${body}.${macOf(people, body).toString('base64url')}`
}

/** Uses a challenge up. Throws Failure when it is not one of ours for this purpose and account, or was used. */
const takeChallenge = async (
  people: People,
  token: string,
  purpose: PasskeyPurpose,
  account: number | undefined,
): Promise<string> => {
  const { ctx } = people
  const [body = '', mac = ''] = token.length > 1024 ? [] : token.split('.')
  const given = Buffer.from(mac, 'base64url')
  const right = macOf(people, body)
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw passkeyRefused()
  const asked = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Asked
  if (asked.expiresAt <= ctx.clock.now() || asked.purpose !== purpose || asked.account !== (account ?? null))
    throw passkeyRefused()
  // Burnt by the challenge: the token can be spelled in several ways.
  if (!(await ctx.store.writeGlobal((tx) => burn(tx, ctx, challengeKind, asked.challenge, asked.expiresAt))))
    throw passkeyRefused()
  return asked.challenge
}

const descriptor = (row: FactorRow) => ({ id: row.lookup, transports: [...passkeyData(row).transports] })

/** Options to make a passkey, and the token of their challenge (for an HttpOnly cookie). */
export const passkeyCreationOptions = async (
  people: People,
  rp: RelyingParty,
  account: { readonly id: number; readonly login: string; readonly name: string },
): Promise<{ options: PublicKeyCredentialCreationOptionsJSON; token: string }> => {
  const rows = await people.ctx.store.read((tx) => readFactors(tx, account.id))
  const { generateRegistrationOptions } = await webauthn()
  const options = await generateRegistrationOptions({
    rpName: rp.name,
    rpID: rp.id,
    userID: handleOf(account.id),
    userName: account.login,
    userDisplayName: account.name,
    attestationType: 'none',
    excludeCredentials: rows.filter(({ kind }) => kind === 'passkey').map(descriptor),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    supportedAlgorithmIDs: algorithms,
    timeout: challengeLife,
  })
  return { options, token: tokenOf(people, options.challenge, 'enrol', account.id) }
}

/**
 * An attestation is not asked for, so browsers remove it or leave one that the key signed itself. Any other is a
 * client of its own making; its certificates would have us fetch revocation lists from wherever it says.
 */
const isPlainAttestation = async (attestationObject: string): Promise<boolean> => {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers')
  const attestation = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')))
  const format = attestation.get('fmt')
  return format === 'none' || (format === 'packed' && attestation.get('attStmt').get('x5c') === undefined)
}

/** Adds a passkey; returns the factor's id and what making it proved. Throws Failure unauthenticated (not accepted), alreadyExists, tooMany. */
export const addPasskey = async (
  people: People,
  rp: RelyingParty,
  account: number,
  given: { readonly token: string; readonly attestation: unknown; readonly label: string },
  by: By,
): Promise<{ id: number; amr: readonly string[] }> => {
  const response = readAttestation(given.attestation)
  const expectedChallenge = await takeChallenge(people, given.token, 'enrol', account)
  const verified = await check(people, async () => {
    if (!(await isPlainAttestation(response.response.attestationObject)))
      throw new Error('an attestation that was not asked for')
    const { verifyRegistrationResponse } = await webauthn()
    return verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: [...rp.origins],
      expectedRPID: rp.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    })
  })
  if (!verified.verified) throw passkeyRefused()
  const { credential, credentialBackedUp, credentialDeviceType, aaguid, userVerified } = verified.registrationInfo
  const data: PasskeyData = {
    counter: credential.counter,
    transports: response.response.transports ?? [],
    synced: credentialDeviceType === 'multiDevice' || credentialBackedUp,
    aaguid,
  }
  const label = labelOf(given.label)
  const id = await people.ctx.store.write(account, async (tx) => {
    const rows = await readFactors(tx, account)
    if (rows.some(({ kind, lookup }) => kind === 'passkey' && lookup === credential.id))
      throw new Failure('alreadyExists', 'this passkey is known already', { property: 'passkey' })
    const secret = Buffer.from(credential.publicKey).toString('base64url')
    const factor = { kind: 'passkey' as const, secret, lookup: credential.id, label, data: JSON.stringify(data) }
    return addFactor(tx, people, account, factor, by)
  })
  await announceFactors(people, account, 'factor-added', label === '' ? 'passkey' : label, by)
  const amr = [data.synced ? 'swk' : 'hwk', ...(userVerified ? ['user'] : []), 'mfa']
  return { id, amr }
}

/** Runs a check of the WebAuthn part; whatever it finds wrong is one refusal, and a line in the log. */
const check = async <T>(people: People, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    people.ctx.log.info('passkey.refused', { why: cause instanceof Error ? cause.message.slice(0, 200) : '' })
    throw passkeyRefused()
  }
}

/**
 * Options to use a passkey, and the token of their challenge. With an account: its own passkeys, as a second factor or
 * a step-up. Without: whichever the person holds, which must verify them.
 */
export const passkeyRequestOptions = async (
  people: People,
  rp: RelyingParty,
  purpose: Exclude<PasskeyPurpose, 'enrol'>,
  account?: number,
): Promise<{ options: PublicKeyCredentialRequestOptionsJSON; token: string }> => {
  const rows = account === undefined ? [] : await people.ctx.store.read((tx) => readFactors(tx, account))
  const { generateAuthenticationOptions } = await webauthn()
  const options = await generateAuthenticationOptions({
    rpID: rp.id,
    userVerification: account === undefined ? 'required' : 'preferred',
    timeout: challengeLife,
    ...(account === undefined
      ? {}
      : { allowCredentials: rows.filter(({ kind }) => kind === 'passkey').map(descriptor) }),
  })
  return { options, token: tokenOf(people, options.challenge, purpose, account) }
}

export interface PasskeyProof {
  /** Of the challenge, from the cookie. */
  readonly token: string
  readonly assertion: unknown
}

export interface PasskeyProved {
  readonly account: number
  readonly factor: FactorRow
  /** hwk: it cannot leave its device; swk: it is synchronised. `user`: its holder was verified (PIN, fingerprint). */
  readonly amr: readonly string[]
}

/**
 * Proves a passkey: of `account`, or (sign-in without identifier) of whoever it leads to, whose holder it must then
 * have verified. Throws Failure unauthenticated (property `passkey`), the same for every reason.
 */
export const provePasskey = async (
  people: People,
  rp: RelyingParty,
  purpose: Exclude<PasskeyPurpose, 'enrol'>,
  proof: PasskeyProof,
  from: { readonly ip: string; readonly account?: number },
): Promise<PasskeyProved> => {
  const { ctx } = people
  const response: AuthenticationResponseJSON = readAssertion(proof.assertion)
  const expectedChallenge = await takeChallenge(people, proof.token, purpose, from.account)
  const account = from.account ?? accountOf(response.response.userHandle)
  const rows = account === undefined ? [] : await ctx.store.read((tx) => readFactors(tx, account))
  const factor = rows.find(({ kind, lookup }) => kind === 'passkey' && lookup === response.id)
  if (!factor || account === undefined) throw passkeyRefused()
  const data = passkeyData(factor)
  const { verifyAuthenticationResponse } = await webauthn()
  const { verified, authenticationInfo } = await check(people, () =>
    verifyAuthenticationResponse({
      response,
      expectedChallenge,
      expectedOrigin: [...rp.origins],
      expectedRPID: rp.id,
      credential: {
        id: factor.lookup,
        publicKey: new Uint8Array(Buffer.from(factor.secret, 'base64url')),
        counter: data.counter,
      },
      requireUserVerification: from.account === undefined,
    }),
  )
  if (!verified) throw passkeyRefused()
  const after = JSON.stringify({ ...data, counter: authenticationInfo.newCounter } satisfies PasskeyData)
  const alone = await ctx.store.write(account, (tx) => noteUsed(tx, factor, tx.now, from.ip, { data: after }))
  if (!alone) throw passkeyRefused()
  const kind = authenticationInfo.credentialDeviceType === 'multiDevice' ? 'swk' : 'hwk'
  return { account, factor, amr: authenticationInfo.userVerified ? [kind, 'user'] : [kind] }
}
