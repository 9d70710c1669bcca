/**
 * Changes of state as they come (RFC 8620 §7.1), for whatever carries them to a client. The bus only says that something
 * changed; what a client has missed is read from the change log, so that a connection that was lost, or a notification
 * that was, costs nothing but time.
 */
import { isFailure } from '#base/failure.ts'
import { formatId, parseId } from '#base/ids.ts'
import { openMailboxes, watchGrants } from '#domain/access/mailboxes/open.ts'
import type { Context } from '#domain/context.ts'
import { changeTypes, readState, typeBit, typesChangedSince, typesOf } from '#domain/mail/history.ts'
import type { StateChange } from '#format/jmap/core.ts'
import type { JmapPrincipal } from '../method.ts'
import { tileStateFor } from '../portal/tile.ts'
import { formatState } from '../state.ts'

/** Changes that come together are told together. */
const gatherMs = 20

/** The bits of the types named; all for null. Types that we do not know are allowed: they never change. */
export const maskOf = (names: readonly string[] | null): number => {
  const wanted = names === null ? [...changeTypes] : changeTypes.filter((type) => names.includes(type))
  return wanted.reduce((mask, type) => mask | typeBit(type), 0)
}

/** Services are not in the log of the account: their state is worked out (docs/adr/0013). */
const tileBit = typeBit('Tile')

/** What the client is told of one account: a state by type. */
const statesFor = (mask: number, modseq: number, tiles?: string): Record<string, string> => {
  const state = formatState(modseq)
  const logged = typesOf(mask & ~tileBit).map((type) => [type, state] as const)
  return Object.fromEntries(tiles === undefined ? logged : [...logged, ['Tile', tiles]])
}

/** Waits for a notification or the time of the next ping. */
class Watch {
  #wake: (() => void) | undefined
  pending = false

  notify(): void {
    this.pending = true
    this.#wake?.()
  }

  /** Resolves when notified, after `ms` (0: never by time), or when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.pending || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = ms > 0 ? setTimeout(() => done(), ms) : undefined
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.#wake = undefined
        resolve()
      }
      this.#wake = done
      signal.addEventListener('abort', done)
    })
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What has changed since a state, as a mask; everything when the log no longer reaches back. */
const missed = async (ctx: Context, account: number, since: number): Promise<{ mask: number; modseq: number }> =>
  ctx.store.read(async (tx) => {
    const { modseq, lowModseq } = await readState(tx, account)
    const all = changeTypes.reduce((mask, type) => mask | typeBit(type), 0)
    if (since < lowModseq || since > modseq) return { mask: all, modseq }
    return { mask: await typesChangedSince(tx, account, since), modseq }
  })

/** Where one account stands: what the client has been told of it. */
interface Followed {
  known: number
  readonly unsubscribe: () => void
}

/** The mailboxes of functions that are open to the person, which come and go while the stream lasts. */
class Others {
  readonly #ctx: Context
  readonly #person: number
  readonly #notify: () => void
  readonly #followed = new Map<number, Followed>()
  readonly #lastKnown: ReadonlyMap<number, number>

  constructor(ctx: Context, person: number, notify: () => void, lastKnown: ReadonlyMap<number, number>) {
    this.#ctx = ctx
    this.#person = person
    this.#notify = notify
    this.#lastKnown = lastKnown
  }

  /**
   * Looks anew at what is open: nothing is told of a mailbox that no longer is. `told` names those that came or went,
   * so that the client reads its session again.
   */
  async refresh(first = false): Promise<Record<string, Record<string, string>>> {
    const { store, clock } = this.#ctx
    const open = await store.read((tx) => openMailboxes(tx, this.#person, clock.now()))
    const ids = new Set(open.map(({ accountId }) => accountId))
    const told: Record<string, Record<string, string>> = {}
    for (const [account, followed] of this.#followed) {
      if (ids.has(account)) continue
      followed.unsubscribe()
      this.#followed.delete(account)
      told[formatId('account', account)] = {}
    }
    for (const account of ids) {
      if (this.#followed.has(account)) continue
      const unsubscribe = store.bus.subscribe(account, this.#notify)
      const { modseq } = await store.read((tx) => readState(tx, account))
      this.#followed.set(account, { known: this.#lastKnown.get(account) ?? modseq, unsubscribe })
      if (!first) told[formatId('account', account)] = { Mailbox: formatState(modseq) }
    }
    return told
  }

  /** What has changed in each since it was last asked. */
  async changed(mask: number): Promise<Record<string, Record<string, string>>> {
    if (this.#followed.size === 0) return {}
    const told = await this.refresh()
    for (const [account, followed] of this.#followed) {
      const { mask: types, modseq } = await missed(this.#ctx, account, followed.known)
      followed.known = modseq
      const states = statesFor(types & mask & ~tileBit, modseq)
      if (Object.keys(states).length > 0) told[formatId('account', account)] = states
    }
    return told
  }

  /** The states of all, for the id of an event: what a client that comes back gives us again. */
  get states(): string {
    return [...this.#followed].map(([account, { known }]) => `;${formatId('account', account)}=${known}`).join('')
  }

  close(): void {
    for (const { unsubscribe } of this.#followed.values()) unsubscribe()
  }
}

/** `12;u5=7`: the person's own state, then those of the other accounts. */
const parsePoint = (id = ''): { own: number | undefined; others: Map<number, number> } => {
  const [own = '', ...rest] = id.slice(0, 4000).split(';')
  const others = new Map<number, number>()
  for (const part of rest) {
    const [name = '', state = ''] = part.split('=')
    const account = parseId('account', name)
    if (account !== undefined && /^\d{1,15}$/.test(state)) others.set(account, Number(state))
  }
  return { own: /^\d{1,15}$/.test(own) ? Number(own) : undefined, others }
}

/** What a client wants to be told, and from where on. */
export interface Following {
  /** Bits of the types. */
  readonly mask: number
  /** Ends after the first change. */
  readonly once?: boolean
  /** Milliseconds without a change after which `ping` is told; 0 for never. */
  readonly pingMs: number
  /** The point of the last change that the client was told. */
  readonly last: string | undefined
  /** Whether a `last` that is none of ours means that everything may have changed; else it is as if none was given. */
  readonly strict?: boolean
}

/** `point` says where the client stands when it has heard of the change. */
export type Told = { readonly change: StateChange; readonly point: string } | 'open' | 'ping'

/** Changes as they come, `open` first, until the client has had enough or `signal` aborts. */
export async function* stateChanges(
  ctx: Context,
  principal: JmapPrincipal,
  wanted: Following,
  signal: AbortSignal,
): AsyncGenerator<Told> {
  const account = principal.accountId
  const watch = new Watch()
  const last = parsePoint(wanted.last)
  // Older than anything: nothing is known of it.
  const own = last.own ?? (wanted.strict && wanted.last !== undefined ? -1 : undefined)
  // Subscribed before the state is read: nothing can fall between.
  const unsubscribe = ctx.store.bus.subscribe(account, () => watch.notify())
  const others = new Others(ctx, account, () => watch.notify(), last.others)
  let grantsMoved = false
  const leaveGrants = watchGrants(ctx, () => {
    grantsMoved = true
    watch.notify()
  })
  let tilesMoved = false
  const moveTiles = () => {
    tilesMoved = true
    watch.notify()
  }
  const leaveTopic = (wanted.mask & tileBit) === 0 ? () => {} : ctx.store.bus.subscribeTopic('portal', moveTiles)
  const tileState = () => ctx.store.read((tx) => tileStateFor(tx, principal, ctx.clock.now()))
  try {
    let { modseq: known } = await ctx.store.read((tx) => readState(tx, account))
    await others.refresh(true)
    if (own !== undefined) {
      known = own
      watch.notify()
    }
    /** Worked out when services have moved, not for each client that comes. */
    let knownTiles: string | undefined
    yield 'open'
    while (!signal.aborted) {
      await watch.wait(wanted.pingMs, signal)
      if (signal.aborted) return
      if (!watch.pending) {
        yield 'ping'
        continue
      }
      await pause(gatherMs)
      watch.pending = false
      const changed = grantsMoved ? await others.refresh() : {}
      grantsMoved = false
      Object.assign(changed, await others.changed(wanted.mask))
      const { mask, modseq } = await missed(ctx, account, known)
      known = modseq
      const hasMoved = tilesMoved || (mask & wanted.mask & tileBit) !== 0
      tilesMoved = false
      const tiles = hasMoved ? await tileState() : undefined
      const told = tiles === knownTiles ? undefined : tiles
      knownTiles = tiles ?? knownTiles
      const logged = mask & wanted.mask & ~tileBit
      if (logged !== 0 || told !== undefined) changed[formatId('account', account)] = statesFor(logged, modseq, told)
      if (Object.keys(changed).length === 0) continue
      yield { change: { '@type': 'StateChange', changed }, point: `${formatState(modseq)}${others.states}` }
      if (wanted.once) return
    }
  } catch (error) {
    // The account is gone: so is what there was to tell.
    if (!isFailure(error, 'notFound')) throw error
  } finally {
    unsubscribe()
    others.close()
    leaveGrants()
    leaveTopic()
  }
}
