/**
 * Which accounts have a filter: an active script, or a vacation response that is on. Delivery asks this of every
 * recipient, so the answer is kept in memory: read once, corrected account by account when the bus tells of a change, read
 * anew when the bus may have missed some, and in any case after a minute.
 */
import { type Params, statement } from '#store/engine.ts'
import type { Store } from '#store/store.ts'
import { typeBit } from '../mail/history.ts'

const everyScript = statement((q, _p: Params<Record<never, never>>) =>
  q.selectFrom('sieve_script').select('account_id').where('active', '=', 1),
)

const everyVacation = statement((q, _p: Params<Record<never, never>>) =>
  q.selectFrom('vacation_response').select('account_id').where('enabled', '=', 1),
)

const activeScript = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('sieve_script').select('id').where('account_id', '=', p.account).where('active', '=', 1),
)

const activeVacation = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('vacation_response').select('enabled').where('account_id', '=', p.account).where('enabled', '=', 1),
)

const freshMs = 60_000
const filterTypes = typeBit('SieveScript') | typeBit('VacationResponse')

class FilteredAccounts {
  readonly #store: Store
  #known: Set<number> | undefined
  /** Changed since they were read. */
  readonly #doubtful = new Set<number>()
  #until = 0
  #reading: Promise<void> | undefined

  constructor(store: Store) {
    this.#store = store
    store.bus.subscribeAll(({ account, types }) => {
      if ((types & filterTypes) !== 0) this.#doubtful.add(account)
    })
    // Without an account: the connection to the other processes was lost, and news with it.
    store.bus.subscribeTopic('people', (account) => {
      if (account === undefined) this.#until = 0
    })
  }

  /** Those among the accounts that have a filter; at once when nothing has to be read. */
  among(accounts: readonly number[]): ReadonlySet<number> | Promise<ReadonlySet<number>> {
    const known = this.#known
    if (known && this.#until > performance.now() && !this.#isDoubtful(accounts)) return chosen(known, accounts)
    return this.#look(accounts)
  }

  #isDoubtful(accounts: readonly number[]): boolean {
    return this.#doubtful.size > 0 && accounts.some((account) => this.#doubtful.has(account))
  }

  async #look(accounts: readonly number[]): Promise<ReadonlySet<number>> {
    if (!this.#known || this.#until <= performance.now()) {
      this.#reading ??= this.#readAll().finally(() => {
        this.#reading = undefined
      })
      await this.#reading
    }
    for (const account of accounts) if (this.#doubtful.has(account)) await this.#readOne(account)
    return chosen(this.#known ?? new Set(), accounts)
  }

  async #readAll(): Promise<void> {
    // Doubts stay: while we read, others go by what was known before, and what changes meanwhile may not be in our answer.
    this.#until = performance.now() + freshMs
    this.#known = await this.#store.read(async (tx) => {
      const rows = [...(await tx.all(everyScript, {})), ...(await tx.all(everyVacation, {}))]
      return new Set(rows.map(({ account_id }) => account_id))
    })
  }

  async #readOne(account: number): Promise<void> {
    this.#doubtful.delete(account)
    const active = await this.#store.read(
      async (tx) =>
        (await tx.first(activeScript, { account })) !== undefined ||
        (await tx.first(activeVacation, { account })) !== undefined,
    )
    if (active) this.#known?.add(account)
    else this.#known?.delete(account)
  }
}

const chosen = (known: ReadonlySet<number>, accounts: readonly number[]): ReadonlySet<number> =>
  known.size === 0 ? nobody : new Set(accounts.filter((account) => known.has(account)))

const nobody: ReadonlySet<number> = new Set()

const byStore = new WeakMap<Store, FilteredAccounts>()

/** Those among the accounts whose mail a filter looks at. */
export const filteredAmong = (
  store: Store,
  accounts: readonly number[],
): ReadonlySet<number> | Promise<ReadonlySet<number>> => {
  let known = byStore.get(store)
  if (!known) byStore.set(store, (known = new FilteredAccounts(store)))
  return known.among(accounts)
}
