/**
 * The two kinds of collections, address books and calendars, as everything else here sees them: methods and reports are
 * written once, what differs is said by an area.
 */
import type { Context } from '#domain/context.ts'
import type { collectionChanges, Place } from '#domain/sync/collection-changes.ts'

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : never
type Transaction = Parameters<Parameters<Context['store']['write']>[1]>[0]
type Snapshot = Parameters<Parameters<Context['store']['read']>[0]>[0]

export interface Collection {
  readonly id: number
  readonly uri: string
  readonly name: string
  readonly description: string
  /** Of calendars, `#rrggbb`. */
  readonly colour?: string
  readonly sortOrder: number
  readonly modseq: number
}

export type CollectionChange = Partial<Pick<Collection, 'name' | 'description' | 'colour' | 'sortOrder'>>

/** What a program sent, read. */
export interface Content {
  readonly uid: string
  /** What is kept is what was sent, byte for byte. */
  readonly isExact: boolean
  /** `before`: the id of what is at the place. */
  put(
    tx: Transaction,
    place: { readonly before?: number; readonly collection: number; readonly uri: string },
  ): Promise<Place>
}

export interface Area {
  readonly name: 'addressbooks' | 'calendars'
  readonly ns: string
  /** What a token must have been given for. */
  readonly scope: string
  readonly type: string
  readonly accepts: RegExp
  readonly validData: string
  readonly supportedData: string
  readonly resourceType: string
  readonly descriptionName: string
  readonly maxSize: number
  list(ctx: Context, account: number): Promise<Collection[]>
  create(tx: Transaction, given: CollectionChange & { readonly uri: string }): Promise<unknown>
  change(tx: Transaction, id: number, change: CollectionChange): Promise<void>
  end(tx: Transaction, id: number): Promise<void>
  at(tx: Snapshot, account: number, collection: number, uri: string): Promise<Place | undefined>
  places(tx: Snapshot, account: number, collection: number): Promise<Place[]>
  changes(...args: Tail<Parameters<typeof collectionChanges>>): ReturnType<typeof collectionChanges>
  /** The texts of those that are there. */
  texts(
    ctx: Context,
    tx: Snapshot,
    account: number,
    ids: readonly number[],
    version: '3.0' | '4.0' | undefined,
  ): Promise<Map<number, string>>
  /** Throws Failure invalid, tooMany, tooLarge. */
  read(ctx: Context, body: string): Promise<Content>
  /** Where a UID is. */
  uriOf(tx: Snapshot, account: number, collection: number, uid: string): Promise<string | undefined>
  remove(tx: Transaction, id: number): Promise<void>
  move(ctx: Context, tx: Transaction, id: number, collection: number): Promise<unknown>
}
