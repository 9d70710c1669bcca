/**
 * People: accounts, the addresses that lead to them, and the ways to prove who one is.
 *
 * A sign-in goes through `sign-in.ts`: a first proof (`verify.ts` for passwords, `factors/passkey.ts`, the word of a
 * provider), the second factor (`factors/`, one file each), a session (`sessions.ts`) and its profile
 * (`profile-choice.ts`). `step-up.ts` asks again for sensitive acts; `devices.ts` knows the browsers of an account. Sessions
 * end in one place, `endTheseSessions`, which tells the services they had opened.
 */
import { randomBytes } from 'node:crypto'
import { fromHex, toHex } from '#base/bytes.ts'
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import type { Population } from '../directory/profiles.ts'
import { createPasswordHasher, type HashCost, type PasswordHasher, strongHash } from './password.ts'
import { createThrottle, type Throttle } from './throttle.ts'
import { createVerifiedCache, type VerifiedCache } from './verified.ts'

/** What a credential may be used for. */
export type Service = 'web' | 'imap' | 'smtp' | 'jmap' | 'dav'

export const services: readonly Service[] = ['web', 'imap', 'smtp', 'jmap', 'dav']

export interface PeopleOptions {
  /** Domains whose addresses are ours, lower case, in their ASCII form; the first one completes a bare login. */
  readonly domains: readonly string[]
  /** Services for which the account's own password is accepted; app passwords always are, within their scopes. */
  readonly passwordFor: readonly Service[]
  /** True: programs may use the password even of an account that has a second factor, which they cannot ask for. */
  readonly passwordDespiteFactor: boolean
  /** Populations that must have a passkey or TOTP. */
  readonly secondFactorFor: readonly Population[]
  /** A session unused for this long ends, in milliseconds. */
  readonly sessionIdle: number
  /** A session ends after this long whatever happens, in milliseconds. */
  readonly sessionLife: number
  /** The same two for sessions on a computer that others use too. */
  readonly sharedIdle: number
  readonly sharedLife: number
  /** Character between the name and the detail of a subaddress (`anne+listes@`). */
  readonly subaddress: string
  /** Fewest characters of a password, by population, where the académie differs from the table. */
  readonly passwordLengths: Partial<Readonly<Record<Population, number>>>
  /** What hashing a password costs. */
  readonly passwordHash: HashCost
  /** Days after which administrators choose another password; 0 never. Nobody else's expires. */
  readonly administratorPasswordDays: number
  /** Login of the account that gets postmaster@, abuse@ and the like; empty: the first administrator. */
  readonly contact: string
  /** Name of this server, in the messages it writes itself. */
  readonly hostname: string
  /** Name of the académie that those messages come from, where it has given one. */
  readonly organization?: string
  /** Address of the web app, for the links in those messages; without a final slash. */
  readonly publicUrl: string
  /** Checks a password that another directory keeps (elsewhere.ts). Throws Failure unavailable. */
  readonly checkElsewhere?: (reference: string, password: string) => Promise<boolean>
}

export const defaultPeopleOptions: PeopleOptions = {
  domains: ['localhost'],
  passwordFor: services,
  passwordDespiteFactor: false,
  secondFactorFor: ['administrator'],
  sessionIdle: 12 * 3_600_000,
  sessionLife: 7 * 24 * 3_600_000,
  sharedIdle: 30 * 60_000,
  sharedLife: 12 * 3_600_000,
  subaddress: '+',
  passwordLengths: {},
  passwordHash: strongHash,
  administratorPasswordDays: 0,
  contact: '',
  hostname: 'localhost',
  publicUrl: 'http://localhost:8080',
}

/** Everything the verbs of this room need. */
export interface People {
  readonly ctx: Context
  readonly options: PeopleOptions
  readonly passwords: PasswordHasher
  readonly throttle: Throttle
  readonly verified: VerifiedCache
  /** Key of the app password hashes, kept in the store so that every process agrees. */
  readonly key: Uint8Array
  /** Stops listening to the bus. */
  close(): void
}

const keyName = 'people.key'

const readSetting = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)

const addSetting = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doNothing()),
)

const loadKey = async (ctx: Context): Promise<Uint8Array> => {
  const found =
    (await ctx.store.read((tx) => tx.first(readSetting, { name: keyName }))) ??
    (await ctx.store.writeGlobal(async (tx) => {
      await tx.run(addSetting, { name: keyName, value: toHex(randomBytes(32)) })
      return tx.first(readSetting, { name: keyName })
    }))
  const key = fromHex(found?.value ?? '')
  if (key === undefined || key.length !== 32) throw new Error(`the setting ${keyName} is damaged`)
  return key
}

/** Opens the room: reads (or makes, once) its key and starts listening for accounts that changed elsewhere. */
export const createPeople = async (ctx: Context, options: Partial<PeopleOptions> = {}): Promise<People> => {
  const verified = createVerifiedCache(ctx.clock)
  const unsubscribe = ctx.store.bus.subscribeTopic('people', (account) => {
    if (account === undefined) verified.clear()
    else verified.forget(account)
  })
  const all = { ...defaultPeopleOptions, ...options }
  return {
    ctx,
    options: all,
    passwords: await createPasswordHasher(all.passwordHash),
    throttle: createThrottle(ctx.clock),
    verified,
    key: await loadKey(ctx),
    close: unsubscribe,
  }
}
