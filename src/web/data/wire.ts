/** Answers of the server as values of our types: checked, since a type is a promise and not a proof. */
import type { ChangesResponse, QueryChangesResponse, QueryResponse } from '#format/jmap/core.ts'

type Args = Readonly<Record<string, unknown>>

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

export const readChanges = (args: Args): ChangesResponse => ({
  accountId: text(args.accountId),
  oldState: text(args.oldState),
  newState: text(args.newState),
  hasMoreChanges: args.hasMoreChanges === true,
  created: strings(args.created),
  updated: strings(args.updated),
  destroyed: strings(args.destroyed),
})

export const readQuery = (args: Args): QueryResponse => {
  const total = count(args.total)
  return {
    accountId: text(args.accountId),
    queryState: text(args.queryState),
    canCalculateChanges: args.canCalculateChanges === true,
    position: count(args.position) ?? 0,
    ids: strings(args.ids),
    ...(total === undefined ? {} : { total }),
  }
}

export const readQueryChanges = (args: Args): QueryChangesResponse => {
  const total = count(args.total)
  const added = Array.isArray(args.added) ? args.added : []
  return {
    accountId: text(args.accountId),
    oldQueryState: text(args.oldQueryState),
    newQueryState: text(args.newQueryState),
    removed: strings(args.removed),
    added: added
      .flatMap((item: { id?: unknown; index?: unknown } | null) => {
        const index = count(item?.index)
        return typeof item?.id === 'string' && index !== undefined ? [{ id: item.id, index }] : []
      })
      .sort((a, b) => a.index - b.index),
    ...(total === undefined ? {} : { total }),
  }
}

/** The records of a /get answer that have an id. */
export const readList = <T extends { readonly id: string }>(args: Args): T[] =>
  Array.isArray(args.list) ? args.list.filter((item: T | null) => typeof item?.id === 'string') : []

export const readNotFound = (args: Args): string[] => strings(args.notFound)
export const readState = (args: Args): string => text(args.state)
