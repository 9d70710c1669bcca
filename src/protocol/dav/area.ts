/**
 * The two kinds of collections, address books and calendars, as everything else here sees them: methods and reports are
 * written once, what differs is said by an area.
 */
import type { Context } from '#domain/context.ts'
import type { Place } from '#domain/sync/collection-changes.ts'
import type { Collections, Collection as Stored, CollectionChange as StoredChange } from '#domain/sync/collections.ts'
import type { Members } from '#domain/sync/members.ts'

type Transaction = Parameters<Parameters<Context['store']['write']>[1]>[0]
type Snapshot = Parameters<Parameters<Context['store']['read']>[0]>[0]

/** Of calendars there is a colour, `#rrggbb`. */
export type Collection = Stored & { readonly colour?: string }
export type CollectionChange = StoredChange<{ readonly colour: string }>

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
  readonly collections: {
    readonly members: Members
    of(ctx: Context, account: number): Promise<readonly Collection[]>
    create(tx: Transaction, given: CollectionChange & { readonly uri: string }): Promise<unknown>
    change(tx: Transaction, id: number, change: CollectionChange): Promise<void>
    end: Collections<object>['end']
    changes: Collections<object>['changes']
  }
  at(tx: Snapshot, account: number, collection: number, uri: string): Promise<Place | undefined>
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
