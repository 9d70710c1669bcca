/**
 * Passwords at rest: Argon2id (RFC 9106) in PHC string form, 19 MiB, two passes, one lane (OWASP's first choice for
 * servers). Hashing runs in Node's thread pool; the number at a time is bounded, so that memory is and so that file
 * and DNS work keeps its threads.
 */
import { argon2, type BinaryLike, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Failure } from '#base/failure.ts'

const memory = 19_456
const passes = 2
const lanes = 1
const tagBytes = 32
const saltBytes = 16
/** Longer secrets are refused before any work: a megabyte of "password" is an attack on our processors. */
export const maxPasswordBytes = 1024
/** Callers beyond this wait too long to be worth it; they are told to come back. */
const maxWaiting = 256

interface Cost {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

export interface PasswordHasher {
  /** A PHC string. Throws Failure unavailable when too many wait. */
  hash(password: string): Promise<string>
  /**
   * True when the password is the one that was hashed. Without a hash (no such account) the same work is done for
   * nothing, so that time tells a stranger nothing.
   */
  verify(password: string, phc: string | undefined): Promise<boolean>
  /** True when the hash was made with weaker parameters than today's. */
  outdated(phc: string): boolean
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

const format = (salt: Uint8Array, tag: Uint8Array): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${base64(salt)}$${base64(tag)}`

const phcForm =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/

const parse = (phc: string): { cost: Cost; salt: Buffer; tag: Buffer } | undefined => {
  const match = phcForm.exec(phc)
  if (!match) return
  return {
    cost: { memory: Number(match[1]), passes: Number(match[2]), lanes: Number(match[3]) },
    salt: Buffer.from(match[4] ?? '', 'base64'),
    tag: Buffer.from(match[5] ?? '', 'base64'),
  }
}

const derive = (message: BinaryLike, nonce: Buffer, cost: Cost, tagLength: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { memory, passes, lanes: parallelism } = cost
    argon2('argon2id', { message, nonce, parallelism, tagLength, memory, passes }, (error, tag) =>
      error ? reject(error) : resolve(tag),
    )
  })

/** At most `width` at a time; the others wait their turn, up to a bound. */
const createGate = (width: number) => {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= width) {
      if (waiting.length >= maxWaiting) throw new Failure('unavailable', 'too many passwords are being checked')
      await new Promise<void>((turn) => waiting.push(turn))
    } else running++
    try {
      return await work()
    } finally {
      // The slot passes straight to the next in line, or is given back.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

/** NFC, so that an accent typed on a phone and on a PC is the same password (RFC 8265 §4.2, OpaqueString). */
const prepare = (password: string): string => {
  const prepared = password.normalize('NFC')
  if (Buffer.byteLength(prepared) > maxPasswordBytes) throw new Failure('invalid', 'the password is too long')
  return prepared
}

export const createPasswordHasher = async (): Promise<PasswordHasher> => {
  const gate = createGate(Math.max(1, Math.min(4, availableParallelism()) - 1))
  const today: Cost = { memory, passes, lanes }
  const hash = async (password: string): Promise<string> => {
    const prepared = prepare(password)
    const salt = randomBytes(saltBytes)
    return format(salt, await gate(() => derive(prepared, salt, today, tagBytes)))
  }
  const dummy = format(randomBytes(saltBytes), randomBytes(tagBytes))
  return {
    hash,
    verify: async (password, phc) => {
      const prepared = prepare(password)
      const known = phc === undefined ? undefined : parse(phc)
      const { cost, salt, tag } = known ?? (parse(dummy) as NonNullable<ReturnType<typeof parse>>)
      const derived = await gate(() => derive(prepared, salt, cost, tag.length))
      return timingSafeEqual(derived, tag) && known !== undefined
    },
    outdated: (phc) => {
      const cost = parse(phc)?.cost
      return cost === undefined || cost.memory < memory || cost.passes < passes
    },
  }
}
