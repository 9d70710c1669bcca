/** Email/get (RFC 8621 §4.2). */

import { isFailure } from '#base/failure.ts'
import { formatId } from '#base/ids.ts'
import { type EmailRecord, getEmail } from '#domain/mail/emails.ts'
import { queryEmails } from '#domain/mail/query.ts'
import { breathe } from '#domain/turn.ts'
import { type Id, MAIL } from '#format/jmap/core.ts'
import { boolean, list, optional, text, unsigned, withDefault } from '../check.ts'
import { getArguments } from '../get.ts'
import { checkGetLimit, splitIds } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { stateOf } from '../state.ts'
import { renderEmail } from './load.ts'
import { defaultEmailProperties, emailWanted } from './properties.ts'

export const bodyArguments = {
  bodyProperties: optional(list(text)),
  fetchTextBodyValues: withDefault(boolean, false),
  fetchHTMLBodyValues: withDefault(boolean, false),
  fetchAllBodyValues: withDefault(boolean, false),
  maxBodyValueBytes: withDefault(unsigned, 0),
}

/** Every email of the account, when there are few enough (RFC 8620 §5.1). */
export const allEmailIds = async (call: AccountCall): Promise<Id[]> => {
  const limit = call.limits.maxObjectsInGet + 1
  const window = { position: 0, limit, calculateTotal: false }
  const { ids } = await queryEmails(call.ctx, call.account, { sort: [], collapseThreads: false }, window)
  checkGetLimit(ids.length, call)
  return ids.map((id) => formatId('email', id))
}

/** Reading and decoding is work of this thread: others get their turn after this many emails. */
const slice = 25
export const emailGet = accountMethod('Email/get', MAIL, { ...getArguments, ...bodyArguments }, async (args, call) => {
  const wanted = emailWanted(args, defaultEmailProperties)
  const { found, notFound } = splitIds('email', args.ids ?? (await allEmailIds(call)), call)
  const { state, records } = await call.ctx.store.read(async (tx) => {
    const records: (EmailRecord | undefined)[] = []
    const state = await stateOf(tx, call.account)
    for (const [i, { number }] of found.entries()) {
      records.push(await getEmail(tx, call.account, number))
      if (i % slice === slice - 1) await breathe()
    }
    return { state, records }
  })
  const budget = { left: call.limits.maxSizeResponse }
  const emails: object[] = []
  for (const [i, record] of records.entries()) {
    const email = record && (await renderOrGone(() => renderEmail(call, record, wanted, budget)))
    if (email) emails.push(email)
    else notFound.push(found[i]!.id)
    if (i % slice === slice - 1) await breathe()
  }
  return { state, list: emails, notFound }
})

/** An email may end, and its bytes with it, between the snapshot and the reading of its bytes. */
const renderOrGone = async <T>(render: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await render()
  } catch (error) {
    if (isFailure(error, 'notFound')) return undefined
    throw error
  }
}
