/** Blob/lookup (RFC 9404 §4.3): what in the account is made of a blob. */
import { formatId } from '#base/ids.ts'
import { blobUsers } from '#domain/mail/blob-users.ts'
import type { Id } from '#format/jmap/core.ts'
import { BLOB } from '../capability.ts'
import { list, text } from '../check.ts'
import { MethodFault } from '../failure.ts'
import { checkGetLimit, dereference } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { findBlob } from './open.ts'

export const lookupTypes: readonly string[] = ['Mailbox', 'Thread', 'Email']

export const blobLookup = accountMethod(
  'Blob/lookup',
  BLOB,
  { typeNames: list(text), ids: list(text) },
  async (args, call) => {
    const unknown = args.typeNames.find((name) => !lookupTypes.includes(name))
    if (unknown !== undefined)
      throw new MethodFault('unknownDataType', `"${unknown.slice(0, 100)}" is not a type that can be looked up`)
    const ids = new Set(args.ids)
    checkGetLimit(ids.size, call)
    const found: object[] = []
    const notFound: Id[] = []
    for (const id of ids) {
      const blobId = dereference(id, call)
      const blob = blobId === undefined ? undefined : await findBlob(call.ctx, call.account, blobId)
      if (!blob) {
        notFound.push(id)
        continue
      }
      const users = await call.ctx.store.read((tx) => blobUsers(tx, call.account, blob.ref.hash))
      const matched: Record<string, Id[]> = {
        Mailbox: users.mailboxes.map((number) => formatId('mailbox', number)),
        Thread: users.threads.map((number) => formatId('thread', number)),
        Email: users.emails.map((number) => formatId('email', number)),
      }
      found.push({ id, matchedIds: Object.fromEntries(args.typeNames.map((name) => [name, matched[name] ?? []])) })
    }
    return { list: found, notFound }
  },
)
