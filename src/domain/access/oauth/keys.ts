/**
 * The keys that sign what we say of people (OpenID Connect ID tokens, logout tokens): one of each kind, made at first
 * start, sealed in the store so that every process signs with the same. Rotation overlaps: the new keys are published
 * before they sign, the old ones after they do, so that no service meets a signature whose key it cannot find.
 */
import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { appendAudit } from '../../people/audit.ts'
import type { People } from '../../people/people.ts'
import { seal, unseal } from './seal.ts'

const exported = (key: KeyObject) => key.export({ format: 'jwk' })

export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

/** A private key (RFC 7517). */
export type Jwk = ReturnType<typeof exported> & {
  readonly kid: string
  readonly alg: SigningAlgorithm
  readonly use: 'sig'
}

/** Shape of a set: `next` is published but does not sign yet, `old` is published and signs no more. */
interface KeyGeneration {
  readonly createdAt: number
  /** From when it signs (ms). */
  readonly signsFrom: number
  readonly keys: readonly Jwk[]
}

interface KeyFile {
  readonly generations: readonly KeyGeneration[]
}

const name = 'oidc.keys'
/** Services are told by our cache header to read the keys again after an hour; a day forgives those that do not. */
export const publishAhead = 24 * 3_600_000
/** Longer than the longest signed thing lives. */
export const keepAfter = 7 * 24 * 3_600_000

const read = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)

const add = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doNothing()),
)

const replace = statement((q, p: Params<{ name: string; value: string }>) =>
  q.updateTable('setting').set({ value: p.value }).where('name', '=', p.name),
)

const generate = promisify(generateKeyPair)

const jwkOf = (key: KeyObject, alg: SigningAlgorithm): Jwk => ({
  ...exported(key),
  use: 'sig',
  alg,
  kid: randomBytes(9).toString('base64url'),
})

/** One key of each kind; ES256 first, because it is the one we prefer. Made off the event loop. */
const makeKeys = async (): Promise<Jwk[]> => {
  const [ec, ed, rsa] = await Promise.all([
    generate('ec', { namedCurve: 'P-256' }),
    generate('ed25519'),
    generate('rsa', { modulusLength: 2048 }),
  ])
  return [jwkOf(ec.privateKey, 'ES256'), jwkOf(ed.privateKey, 'EdDSA'), jwkOf(rsa.privateKey, 'RS256')]
}

const open = (people: People, value: string): KeyFile => JSON.parse(unseal(people.key, name, value)) as KeyFile

const close = (people: People, file: KeyFile): string => seal(people.key, name, JSON.stringify(file))

const readFile = async (tx: Reader, people: People): Promise<KeyFile | undefined> => {
  const row = await tx.first(read, { name })
  return row && open(people, row.value)
}

const load = async (people: People): Promise<KeyFile> => {
  const { store, clock } = people.ctx
  const there = await store.read((tx) => readFile(tx, people))
  if (there) return there
  const now = clock.now()
  const made: KeyFile = { generations: [{ createdAt: now, signsFrom: now, keys: await makeKeys() }] }
  return store.writeGlobal(async (tx) => {
    // Another process may have been first: its keys are everybody's then.
    await tx.run(add, { name, value: close(people, made) })
    return (await readFile(tx, people)) ?? made
  })
}

export interface SigningKeys {
  /** Private keys as JWK, those that sign first, then those that are only published. */
  readonly keys: readonly Jwk[]
  /** When the order changes next by itself (ms); undefined: not before somebody rotates. */
  readonly changesAt: number | undefined
}

/** The keys as they are used at `now`; made when there are none. */
export const signingKeys = async (people: People): Promise<SigningKeys> => {
  const now = people.ctx.clock.now()
  const { generations } = await load(people)
  const signing = generations.filter((one) => one.signsFrom <= now).at(-1) ?? generations[0]
  const rest = generations.filter((one) => one !== signing)
  const coming = generations.find((one) => one.signsFrom > now)
  const keys = [...(signing?.keys ?? []), ...rest.flatMap((one) => one.keys)]
  return { keys, changesAt: coming?.signsFrom }
}

const write = (tx: Writer, people: People, file: KeyFile) => tx.run(replace, { name, value: close(people, file) })

/**
 * Makes new keys, which sign a day from now (`now`: at once, when a key has leaked: the old ones are then forgotten).
 * Keys that have not signed for a week are dropped. Running servers look every minute.
 */
export const rotateSigningKeys = async (
  people: People,
  actor: string,
  how: { readonly now?: boolean } = {},
): Promise<{ signsFrom: number; published: number }> => {
  await load(people)
  const keys = await makeKeys()
  const now = people.ctx.clock.now()
  const signsFrom = how.now === true ? now : now + publishAhead
  const published = await people.ctx.store.writeGlobal(async (tx) => {
    const { generations } = (await readFile(tx, people)) as KeyFile
    const kept = generations.filter((_one, index) => {
      const until = generations[index + 1]?.signsFrom
      return until === undefined || until > now - keepAfter
    })
    const next = [...(how.now === true ? [] : kept), { createdAt: now, signsFrom, keys }]
    await write(tx, people, { generations: next })
    const detail = how.now === true ? 'at once' : 'with overlap'
    await appendAudit(tx, now, { actor, action: 'oidc.keys', target: 'signing keys', detail })
    return next.reduce((sum, one) => sum + one.keys.length, 0)
  })
  return { signsFrom, published }
}
