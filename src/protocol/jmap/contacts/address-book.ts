/** AddressBook/get, /changes and /set (RFC 9610 §2). */
import { isFailure } from '#base/failure.ts'
import { formatId, parseId } from '#base/ids.ts'
import {
  type Book,
  type BookChange,
  booksOf,
  changeBook,
  createBook,
  deleteBook,
  listBooks,
  makeDefaultBook,
} from '#domain/contacts/books.ts'
import { type AddressBook, CONTACTS } from '#format/jmap/contacts.ts'
import type { Id } from '#format/jmap/core.ts'
import { changesMethod } from '../changes.ts'
import { boolean, type Check, id, nullable, text, unsigned, withDefault } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { numberOf, splitIds } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import {
  checkProperty,
  checkSetLimit,
  objectCount,
  type SetArguments,
  SetOutcome,
  setArguments,
  targetsOf,
} from '../set.ts'
import { checkState, stateOf } from '../state.ts'

type Transaction = Parameters<typeof createBook>[0]

const properties: readonly (keyof AddressBook)[] = [
  'id',
  'name',
  'description',
  'sortOrder',
  'isDefault',
  'isSubscribed',
  'shareWith',
  'myRights',
]

const objectOf = (book: Book): AddressBook => ({
  id: formatId('addressBook', book.id),
  name: book.name,
  description: book.description === '' ? null : book.description,
  sortOrder: book.sortOrder,
  isDefault: book.isDefault,
  isSubscribed: book.isSubscribed,
  shareWith: null,
  myRights: { mayRead: true, mayWrite: true, mayShare: false, mayDelete: !book.isDefault },
})

export const addressBookGet = accountMethod('AddressBook/get', CONTACTS, getArguments, async (args, call) => {
  const wanted = wantedProperties(properties, args.properties)
  // The first look makes the default book.
  await booksOf(call.ctx, call.account)
  return call.ctx.store.read(async (tx) => {
    const all = new Map((await listBooks(tx, call.account)).map((book) => [book.id, book]))
    const everything = [...all.keys()].map((number) => formatId('addressBook', number))
    const { found, notFound } = splitIds('addressBook', args.ids ?? everything, call)
    const list: object[] = []
    for (const { id: asked, number } of found) {
      const book = all.get(number)
      if (book) list.push(pick(objectOf(book), wanted))
      else notFound.push(asked)
    }
    return { state: await stateOf(tx, call.account), list, notFound }
  })
})

export const addressBookChanges = changesMethod('AddressBook/changes', CONTACTS, 'AddressBook', 'addressBook')

const settable: Readonly<Record<keyof BookChange, Check<unknown>>> = {
  name: text,
  description: (value, path) => nullable(text)(value, path) ?? '',
  sortOrder: unsigned,
  isSubscribed: boolean,
}

const changeOf = (object: Readonly<Record<string, unknown>>, names: readonly string[]): BookChange => {
  const refused = names.filter((name) => !Object.hasOwn(settable, name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
  return Object.fromEntries(
    names.map((name) => [name, checkProperty(name, settable[name as keyof BookChange], object[name])]),
  )
}

const create = async (tx: Transaction, object: Readonly<Record<string, unknown>>): Promise<object> => {
  // `shareWith: null` is what it is, and may be said.
  const names = Object.keys(object).filter((name) => !(name === 'shareWith' && object[name] === null))
  return objectOf(await createBook(tx, changeOf(object, names)))
}

/** Returns false when it was so already. */
const update = async (tx: Transaction, bookId: Id, patch: Readonly<Record<string, unknown>>): Promise<boolean> => {
  const number = parseId('addressBook', bookId)
  const book = (await listBooks(tx, tx.accountId)).find((one) => one.id === number)
  if (!book) throw new SetFault('notFound', 'There is no such address book')
  const current: Record<string, unknown> = { ...objectOf(book) }
  const { value, touched } = applyPatch(current, patch)
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  if (changed.length > 0) await changeBook(tx, book.id, changeOf(value, changed))
  return changed.length > 0
}

const nameTaken = (error: unknown): unknown =>
  isFailure(error, 'alreadyExists') ? new SetFault('alreadyExists', error.message, { properties: ['name'] }) : error

const destroy = async (tx: Transaction, bookId: Id, contents: boolean): Promise<void> => {
  try {
    await deleteBook(tx, parseId('addressBook', bookId) ?? 0, { contents })
  } catch (error) {
    if (isFailure(error, 'conflict')) throw new SetFault('addressBookHasContents', error.message)
    throw error
  }
}

type BookSetArguments = SetArguments & {
  readonly onDestroyRemoveContents: boolean
  readonly onSuccessSetIsDefault: Id | null
}

const applyAll = async (tx: Transaction, call: AccountCall, args: BookSetArguments): Promise<SetOutcome> => {
  const outcome = new SetOutcome(call)
  for (const [creation, object] of Object.entries(args.create ?? {})) {
    try {
      outcome.wasCreated(creation, (await create(tx, object)) as { id: Id })
    } catch (error) {
      outcome.notCreatedFor(creation, nameTaken(error))
    }
  }
  const targets = targetsOf(args, call, outcome)
  for (const { id: bookId, patch } of targets.update) {
    try {
      if (await update(tx, bookId, patch)) outcome.wasUpdated(bookId)
      else outcome.wasUnchanged(bookId)
    } catch (error) {
      outcome.notUpdatedFor(bookId, nameTaken(error))
    }
  }
  for (const bookId of targets.destroy) {
    try {
      await destroy(tx, bookId, args.onDestroyRemoveContents)
      outcome.wasDestroyed(bookId)
    } catch (error) {
      outcome.notDestroyedFor(bookId, error)
    }
  }
  const refused = [outcome.notCreated, outcome.notUpdated, outcome.notDestroyed].some(
    (errors) => Object.keys(errors).length > 0,
  )
  const chosen = args.onSuccessSetIsDefault
  const number = chosen === null || refused ? undefined : numberOf('addressBook', chosen, call)
  const books = number === undefined ? [] : await listBooks(tx, tx.accountId)
  // An id that is not there is ignored (RFC 9610 §2.3).
  if (number !== undefined && books.some((book) => book.id === number && !book.isDefault)) {
    await makeDefaultBook(tx, number)
    outcome.written++
  }
  return outcome
}

export const addressBookSet = accountMethod(
  'AddressBook/set',
  CONTACTS,
  {
    ...setArguments,
    onDestroyRemoveContents: withDefault(boolean, false),
    onSuccessSetIsDefault: nullable(id),
  },
  async (args, call) => {
    checkSetLimit(objectCount(args), call)
    await booksOf(call.ctx, call.account)
    return call.ctx.store.write(call.account, async (tx) => {
      await checkState(tx, call, ['AddressBook'], args.ifInState)
      return (await applyAll(tx, call, args)).respond(tx.modseq)
    })
  },
)
