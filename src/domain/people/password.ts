/**
 * Passwords at rest: Argon2id (RFC 9106) in PHC string form, 19 MiB, two passes, one lane (OWASP's first choice for
 * servers). Hashing runs in Node's thread pool; the number at a time is bounded, so that memory is and so that file
 * and DNS work keeps its threads.
 */
import { argon2, type BinaryLike, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Failure } from '#base/failure.ts'

const tagBytes = 32
const saltBytes = 16
/** Longer secrets are refused before any work: a megabyte of "password" is an attack on our processors. */
export const maxPasswordBytes = 1024
/** Whoever would wait longer than this is told at once to come back: by then they would have given up. */
const longestWait = 20_000
/** However fast this machine is, so many waiting is an attack on its memory. */
const maxWaiting = 4096

/** What one hash costs: kibibytes, passes over them, lanes. */
export interface HashCost {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

export const strongHash: HashCost = { memory: 19_456, passes: 2, lanes: 1 }

export interface PasswordHasher {
  /** A PHC string. Throws Failure unavailable when too many wait. */
  hash(password: string): Promise<string>
  /**
   * True when the password is the one that was hashed. Without a hash (no such account) the same work is done for
   * nothing, so that time tells a stranger nothing.
   */
  verify(password: string, phc: string | undefined): Promise<boolean>
  /** Throws Failure unavailable when too many wait: worth asking before any other work is done for a password. */
  checkRoom(): void
  /** True when the hash was made with weaker parameters than today's. */
  outdated(phc: string): boolean
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

const format = ({ memory, passes, lanes }: HashCost, salt: Uint8Array, tag: Uint8Array): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${base64(salt)}$${base64(tag)}`

const phcForm =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/

const parse = (phc: string): { cost: HashCost; salt: Buffer; tag: Buffer } | undefined => {
  const match = phcForm.exec(phc)
  if (!match) return
  return {
    cost: { memory: Number(match[1]), passes: Number(match[2]), lanes: Number(match[3]) },
    salt: Buffer.from(match[4] ?? '', 'base64'),
    tag: Buffer.from(match[5] ?? '', 'base64'),
  }
}

const derive = (message: BinaryLike, nonce: Buffer, cost: HashCost, tagLength: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { memory, passes, lanes: parallelism } = cost
    argon2('argon2id', { message, nonce, parallelism, tagLength, memory, passes }, (error, tag) =>
      error ? reject(error) : resolve(tag),
    )
  })

export interface Gate {
  /** Runs `work` when its turn comes. Throws Failure unavailable (`retryAfter`) when that would take too long. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Throws as `run` would at this moment, without joining the line. */
  check(): void
}

/** At most `width` at a time; the others wait their turn, up to a bound of time by what the last ones took. */
export const createGate = (width: number, wait = longestWait): Gate => {
  let running = 0
  /** Milliseconds one takes, of late. */
  let usual = 50
  /** In order; `head` is the next, so that taking it costs nothing however many wait. */
  let waiting: (() => void)[] = []
  let head = 0

  const check = (): void => {
    if (running < width) return
    const inLine = waiting.length - head
    const expected = ((inLine + 1) * usual) / width
    if (expected > wait || inLine >= maxWaiting)
      throw new Failure('unavailable', 'too many passwords are being checked', { retryAfter: Math.ceil(expected / 2) })
  }

  /** The slot passes straight to the next in line, or is given back. */
  const pass = (): void => {
    const next = waiting[head++]
    if (head > 1000 || !next) {
      waiting = waiting.slice(head)
      head = 0
    }
    if (next) next()
    else running--
  }

  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    check()
    if (running >= width) await new Promise<void>((turn) => waiting.push(turn))
    else running++
    const started = performance.now()
    try {
      return await work()
    } finally {
      usual += (performance.now() - started - usual) / 16
      pass()
    }
  }

  return { run, check }
}

/**
 * How many at a time: a core is left for the event loop, and a thread of the pool for files and names. A machine with
 * more cores than the pool has threads sets UV_THREADPOOL_SIZE.
 */
const gateWidth = (): number => {
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4
  return Math.max(1, Math.min(threads, availableParallelism()) - 1)
}

/** NFC, so that an accent typed on a phone and on a PC is the same password (RFC 8265 §4.2, OpaqueString). */
const prepare = (password: string): string => {
  const prepared = password.normalize('NFC')
  if (Buffer.byteLength(prepared) > maxPasswordBytes) throw new Failure('invalid', 'the password is too long')
  return prepared
}

export const createPasswordHasher = async (today: HashCost = strongHash): Promise<PasswordHasher> => {
  const gate = createGate(gateWidth())
  const hash = async (password: string): Promise<string> => {
    const prepared = prepare(password)
    const salt = randomBytes(saltBytes)
    return format(today, salt, await gate.run(() => derive(prepared, salt, today, tagBytes)))
  }
  const dummy = format(today, randomBytes(saltBytes), randomBytes(tagBytes))
  return {
    hash,
    checkRoom: gate.check,
    verify: async (password, phc) => {
      const prepared = prepare(password)
      const known = phc === undefined ? undefined : parse(phc)
      const { cost, salt, tag } = known ?? (parse(dummy) as NonNullable<ReturnType<typeof parse>>)
      const derived = await gate.run(() => derive(prepared, salt, cost, tag.length))
      return timingSafeEqual(derived, tag) && known !== undefined
    },
    outdated: (phc) => {
      const cost = parse(phc)?.cost
      return cost === undefined || cost.memory < today.memory || cost.passes < today.passes
    },
  }
}
