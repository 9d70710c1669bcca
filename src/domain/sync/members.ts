/**
 * What is in collections, as it comes, changes and leaves: counted in its collection, told in the account's change log, and
 * what left remembered for those who synchronise over DAV.
 */
import type { ChangeType } from '#store/changes.ts'
import type { Reader } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Place } from './collection-changes.ts'
import { type CollectionTables, collectionStatements, memberStatements } from './collection-tables.ts'

/** A member, in one collection at a time. */
export interface Member {
  readonly id: number
  readonly collection: number
  readonly uri: string
  /** Octets. */
  readonly size: number
}

export interface MemberKind {
  readonly tables: CollectionTables
  /** What the change log calls members. */
  readonly memberType: ChangeType
  /** Ends what is kept beside the row of a member. */
  endBeside(tx: AccountWriter, id: number): Promise<void>
}

export class Members {
  readonly #kind: MemberKind
  readonly #sql
  readonly #tally

  constructor(kind: MemberKind) {
    this.#kind = kind
    this.#sql = memberStatements(kind.tables)
    this.#tally = collectionStatements(kind.tables).tally
  }

  /** Every place of a collection that has a member. */
  places(tx: Reader, account: number, collection: number): Promise<Place[]> {
    return tx.all(this.#sql.places, { account, collection })
  }

  /** A new member has its row. */
  async came(tx: AccountWriter, { id, collection, uri, size }: Member): Promise<void> {
    await this.#forget(tx, collection, uri)
    await this.#count(tx, collection, 1, size)
    tx.changed(this.#kind.memberType, id, 'created')
  }

  /** The row of a member says something else, or that it is elsewhere. */
  async changed(tx: AccountWriter, before: Member, after: Member): Promise<void> {
    if (before.collection === after.collection) await this.#count(tx, after.collection, 0, after.size - before.size)
    else {
      await this.#remember(tx, before)
      await this.#forget(tx, after.collection, after.uri)
      await this.#count(tx, before.collection, -1, -before.size)
      await this.#count(tx, after.collection, 1, after.size)
    }
    tx.changed(this.#kind.memberType, after.id, 'updated')
  }

  /** Ends one member. */
  async end(tx: AccountWriter, member: Member): Promise<void> {
    await this.#drop(tx, member.id)
    await this.#remember(tx, member)
    await this.#count(tx, member.collection, -1, -member.size)
  }

  /** Ends every member of a collection that ends itself: nobody will ask what was in it. */
  async endAll(tx: AccountWriter, collection: number): Promise<void> {
    const key = { account: tx.accountId, collection }
    for (const { id } of await tx.all(this.#sql.ids, key)) await this.#drop(tx, id)
    await tx.run(this.#sql.forgetAll, key)
  }

  async #drop(tx: AccountWriter, id: number): Promise<void> {
    await this.#kind.endBeside(tx, id)
    await tx.run(this.#sql.remove, { account: tx.accountId, id })
    tx.changed(this.#kind.memberType, id, 'destroyed')
  }

  /** Octets and members that came to a collection or left it (negative). */
  async #count(tx: AccountWriter, collection: number, members: number, bytes: number): Promise<void> {
    await tx.run(this.#tally, { account: tx.accountId, collection, members, bytes, modseq: tx.modseq })
  }

  async #remember(tx: AccountWriter, { id, collection, uri }: Member): Promise<void> {
    await this.#forget(tx, collection, uri)
    await tx.run(this.#sql.remember, { account: tx.accountId, collection, uri, id, modseq: tx.modseq })
  }

  /** Something is at this place again. */
  async #forget(tx: AccountWriter, collection: number, uri: string): Promise<void> {
    await tx.run(this.#sql.forget, { account: tx.accountId, collection, uri })
  }
}
