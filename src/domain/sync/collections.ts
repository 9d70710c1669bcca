/**
 * Named collections of one kind, address books or calendars: an account has a default one from the first time that anybody
 * looks, and never loses it. Each verb is part of a transaction on the account.
 */
import { Failure } from '#base/failure.ts'
import type { ChangeType } from '#store/changes.ts'
import type { ParamValues, Reader } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { checkTitle } from '../organise/rules.ts'
import { collectionChanges, type SyncPoint } from './collection-changes.ts'
import { checkDescription, checkOrder, checkUri } from './collection-rules.ts'
import { changeStatements, collectionStatements } from './collection-tables.ts'
import { type MemberKind, Members } from './members.ts'

export interface Collection {
  readonly id: number
  /** The last segment of its path over DAV; unique in the account. */
  readonly uri: string
  readonly name: string
  readonly description: string
  readonly sortOrder: number
  readonly isDefault: boolean
  /** Of the last change to the collection or to a member of it. */
  readonly modseq: number
  /** How many there are in it, and the octets that they take. */
  readonly members: number
  readonly bytes: number
}

/** What may be said of a collection; `Own` is what only this kind has. */
export type CollectionChange<Own> = Partial<Pick<Collection, 'name' | 'description' | 'sortOrder'>> & Partial<Own>

/** What one kind of collection is. */
export interface CollectionKind<Own> extends MemberKind {
  /** What the change log calls collections. */
  readonly type: ChangeType
  /** The property of a member that names its collection. */
  readonly property: string
  readonly words: { readonly one: string; readonly many: string; readonly members: string }
  readonly first: { readonly uri: string; readonly name: string }
  /** How the paths of the others begin. */
  readonly prefix: string
  readonly limits: { readonly collections: number; readonly members: number; readonly bytes: number }
  /** What only this kind has, out of a row. */
  ownOf(row: Readonly<Record<string, unknown>>): Own
  /** Checked, and completed from before or, of the nth collection, by default. Throws Failure invalid. */
  own(given: Partial<Own>, before: Own | undefined, nth: number): Own
  /** The values of its own columns. */
  columns(own: Own): ParamValues
}

const maxName = 120

export class Collections<Own extends object> {
  readonly members: Members
  readonly #kind: CollectionKind<Own>
  readonly #sql
  readonly #changes

  constructor(kind: CollectionKind<Own>) {
    this.members = new Members(kind)
    this.#kind = kind
    this.#sql = collectionStatements(kind.tables)
    this.#changes = changeStatements(kind.tables)
  }

  /** Every one of the account, in its order. */
  async list(tx: Reader, account: number): Promise<(Collection & Own)[]> {
    return (await tx.all(this.#sql.list, { account })).map((row) => ({
      id: row.id,
      uri: row.uri,
      name: row.name,
      description: row.description,
      sortOrder: row.sort_order,
      isDefault: row.is_default === 1,
      modseq: row.modseq,
      members: row.members,
      bytes: row.bytes,
      ...this.#kind.ownOf(row),
    }))
  }

  /** Every one, the default one made when there is none yet. Throws Failure notFound (account). */
  async of(ctx: Context, account: number): Promise<(Collection & Own)[]> {
    const known = await ctx.store.read((tx) => this.list(tx, account))
    if (known.length > 0) return known
    return ctx.store.write(account, async (tx) => {
      const now = await this.list(tx, account)
      return now.length > 0 ? now : [await this.#make(tx, now, this.#kind.first, {})]
    })
  }

  /** One of those that `list` gave. Throws Failure notFound (a property names it). */
  in(all: readonly (Collection & Own)[], id: number): Collection & Own {
    const { property, words } = this.#kind
    const found = all.find((one) => one.id === id)
    if (!found) throw new Failure('notFound', `no ${words.one} ${id}`, { property })
    return found
  }

  /** A new one; the first of an account is its default one. Throws Failure invalid, alreadyExists, tooMany. */
  async create(tx: AccountWriter, given: CollectionChange<Own> & { readonly uri?: string }): Promise<Collection & Own> {
    const all = await this.list(tx, tx.accountId)
    return this.#make(
      tx,
      all,
      { name: given.name ?? '', ...(given.uri === undefined ? {} : { uri: given.uri }) },
      given,
    )
  }

  async #make(
    tx: AccountWriter,
    all: readonly (Collection & Own)[],
    called: { readonly name: string; readonly uri?: string },
    given: CollectionChange<Own>,
  ): Promise<Collection & Own> {
    const { limits, words, first, prefix, type } = this.#kind
    if (all.length >= limits.collections) throw new Failure('tooMany', `at most ${limits.collections} ${words.many}`)
    const name = this.#checkName(called.name, all)
    const id = tx.nextId()
    const uri = checkUri(called.uri ?? (all.length === 0 ? first.uri : `${prefix}-${id}`))
    if (all.some((other) => other.uri === uri))
      throw new Failure('alreadyExists', `another ${words.one} is at this path`, { property: 'uri' })
    const own = this.#kind.own(given, undefined, all.length)
    const made = {
      id,
      uri,
      name,
      description: checkDescription(given.description ?? ''),
      sortOrder: checkOrder(given.sortOrder ?? 0),
      isDefault: all.length === 0,
      modseq: tx.modseq,
      members: 0,
      bytes: 0,
      ...own,
    }
    await tx.run(this.#sql.insert, {
      ...this.#kind.columns(own),
      account: tx.accountId,
      id,
      uri,
      name,
      description: made.description,
      order: made.sortOrder,
      first: made.isDefault ? 1 : 0,
      modseq: tx.modseq,
      now: tx.now,
    })
    tx.changed(type, id, 'created')
    return made
  }

  /** Throws Failure invalid, alreadyExists. */
  #checkName(given: string, others: readonly Collection[]): string {
    const name = checkTitle('name', given, maxName)
    if (others.some((other) => other.name.toLowerCase() === name.toLowerCase()))
      throw new Failure('alreadyExists', `another ${this.#kind.words.one} has this name`, { property: 'name' })
    return name
  }

  /** The collection, and all of them. Throws Failure notFound. */
  async #find(tx: AccountWriter, id: number) {
    const all = await this.list(tx, tx.accountId)
    const found = all.find((one) => one.id === id)
    if (!found) throw new Failure('notFound', `no ${this.#kind.words.one} ${id}`)
    return { all, found }
  }

  /** Throws Failure notFound, invalid, alreadyExists. */
  async change(tx: AccountWriter, id: number, change: CollectionChange<Own>): Promise<void> {
    const { all, found } = await this.#find(tx, id)
    const others = all.filter((one) => one.id !== id)
    await tx.run(this.#sql.update, {
      ...this.#kind.columns(this.#kind.own(change, found, others.length)),
      account: tx.accountId,
      id,
      name: change.name === undefined ? found.name : this.#checkName(change.name, others),
      description: checkDescription(change.description ?? found.description),
      order: checkOrder(change.sortOrder ?? found.sortOrder),
      modseq: tx.modseq,
    })
    tx.changed(this.#kind.type, id, 'updated')
  }

  /** Where new members go unless told otherwise. Throws Failure notFound. */
  async makeDefault(tx: AccountWriter, id: number): Promise<void> {
    const { all } = await this.#find(tx, id)
    const { accountId: account, modseq } = tx
    for (const one of all) {
      if (one.isDefault === (one.id === id)) continue
      await tx.run(this.#sql.setDefault, { account, id: one.id, is: one.id === id ? 1 : 0, modseq })
      tx.changed(this.#kind.type, one.id, 'updated')
    }
  }

  /**
   * Ends one; with `contents` also what is in it. Throws Failure notFound, forbidden (the default one), conflict (something is
   * in it).
   */
  async end(tx: AccountWriter, id: number, { contents }: { readonly contents: boolean }): Promise<void> {
    const { words, type } = this.#kind
    const { found } = await this.#find(tx, id)
    if (found.isDefault) throw new Failure('forbidden', `the default ${words.one} stays`)
    if (found.members > 0 && !contents) throw new Failure('conflict', `there are ${words.members} in the ${words.one}`)
    await this.members.endAll(tx, id)
    await tx.run(this.#sql.remove, { account: tx.accountId, id })
    tx.changed(type, id, 'destroyed')
  }

  /** Throws Failure tooMany, overQuota when so many members and octets more have no place. */
  checkRoom(all: readonly Collection[], one: Collection, members: number, bytes: number): void {
    const { limits, words } = this.#kind
    if (members > 0 && one.members + members > limits.members)
      throw new Failure('tooMany', `at most ${limits.members} ${words.members} in one ${words.one}`)
    const held = all.reduce((sum, each) => sum + each.bytes, 0)
    if (bytes > 0 && held + bytes > limits.bytes) throw new Failure('overQuota', `the ${words.many} are full`)
  }

  /** Changes of one since a point; see `collectionChanges`. */
  changes(tx: Reader, account: number, collection: number, since: SyncPoint | undefined, limit: number) {
    return collectionChanges(this.#changes, tx, account, collection, since, limit)
  }
}
