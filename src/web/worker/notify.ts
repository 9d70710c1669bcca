/**
 * What a push message becomes. The message only says that something has come, and where to ask; what is shown is fetched
 * from our own server, so that no push service ever learns who writes to whom (RFC 8620 §7.2, RFC 8291).
 */
import { ask, type Body, record, records, text } from './ask.ts'
import { words } from './words.data.ts'

declare const self: ServiceWorkerGlobalScope

const ICON = '/icon-192.png'
const DELIVERED = 'urn:convergence:delivered'
/** More than this at once are counted, not named. */
const NAMED = 3

const isEnglish = () => self.navigator.language.startsWith('en')
const said = () => words[isEnglish() ? 'en' : 'fr']

interface Shown {
  readonly url: string
  readonly accountId: string
  /** To see whether it was read elsewhere. */
  readonly emailIds: readonly string[]
}

const show = (title: string, body: string, tag: string, data: Shown): Promise<void> =>
  self.registration.showNotification(title, { body, tag, icon: ICON, badge: ICON, data })

const isWatched = async (): Promise<boolean> =>
  (await self.clients.matchAll({ type: 'window' })).some((client) => client.visibilityState === 'visible')

const shownOf = (notification: Notification): Shown => {
  const data = record(notification.data)
  const emailIds = Array.isArray(data.emailIds) ? data.emailIds.filter((id) => typeof id === 'string') : []
  return { url: text(data.url) || '/', accountId: text(data.accountId), emailIds }
}

const emailsOf = async (accountId: string, ids: readonly string[], properties: readonly string[]) =>
  records((await ask('Email/get', { accountId, ids, properties }))?.list)

const tidyOf = async (accountId: string, open: readonly Notification[]): Promise<void> => {
  const ids = [...new Set(open.flatMap((one) => shownOf(one).emailIds))]
  const unread = await ask('Email/get', { accountId, ids, properties: ['keywords'] })
  if (unread === undefined) return
  const waiting = new Set(
    records(unread.list)
      .filter(({ keywords }) => record(keywords).$seen !== true)
      .map(({ id }) => text(id)),
  )
  for (const one of open) if (!shownOf(one).emailIds.some((id) => waiting.has(id))) one.close()
}

/** What was read elsewhere is not to be announced any more. */
export const tidy = async (): Promise<void> => {
  const open = (await self.registration.getNotifications()).filter((one) => shownOf(one).emailIds.length > 0)
  for (const [accountId, those] of Map.groupBy(open, (one) => shownOf(one).accountId)) await tidyOf(accountId, those)
}

/** Where a message of it opens; `function`: the name of the mailbox of a function, empty for one's own. */
const placeIn = (accountId: string, ofFunction: string, mailbox: string): string =>
  ofFunction === '' ? `/mail/${mailbox}` : `/mail/${accountId}~${mailbox}`

const named = (ofFunction: string, title: string): string => (ofFunction === '' ? title : `${ofFunction} : ${title}`)

const showOne = (accountId: string, ofFunction: string, email: Body): Promise<void> => {
  const [from = {}] = records(email.from)
  const [mailbox = 'inbox'] = Object.keys(record(email.mailboxIds))
  const thread = text(email.threadId)
  const title = named(ofFunction, text(from.name) || text(from.email))
  return show(title, text(email.subject) || said().noSubject, `mail/${accountId}/${thread}`, {
    url: `${placeIn(accountId, ofFunction, mailbox)}/${thread}`,
    accountId,
    emailIds: [text(email.id)],
  })
}

const tellMail = async (accountId: string, delivered: Body): Promise<void> => {
  if (await isWatched()) return
  const ids = Array.isArray(delivered.emails) ? delivered.emails.filter((id) => typeof id === 'string') : []
  const count = typeof delivered.count === 'number' ? delivered.count : ids.length
  const ofFunction = text(delivered.mailbox)
  const url = placeIn(accountId, ofFunction, 'inbox')
  const asked = delivered.preview === true && count <= NAMED
  const emails = asked ? await emailsOf(accountId, ids, ['threadId', 'mailboxIds', 'keywords', 'from', 'subject']) : []
  const unread = emails.filter(({ keywords }) => record(keywords).$seen !== true)
  // Read meanwhile: a browser that is given nothing to show would show a notice of its own.
  if (unread.length > 0) for (const email of unread) await showOne(accountId, ofFunction, email)
  else {
    const title = count > 1 ? said().newMails(count) : said().newMail
    await show(named(ofFunction, title), said().hidden, ofFunction === '' ? 'mail' : `mail/${accountId}`, {
      url,
      accountId,
      emailIds: ids,
    })
  }
}

const tellNotification = async (accountId: string): Promise<void> => {
  const list = records((await ask('Notification/get', { accountId, ids: null }))?.list)
  const [newest] = list.filter(({ isSeen }) => isSeen !== true).toSorted((a, b) => text(b.at).localeCompare(text(a.at)))
  // The test is pressed in a page that is in sight.
  if (newest?.category !== 'test' && (await isWatched())) return
  if (newest === undefined) return show(said().news, '', 'notification', { url: '/portal', accountId, emailIds: [] })
  const data = { url: text(newest.url) || '/portal', accountId, emailIds: [] }
  // Empty where there is no translation.
  const english = isEnglish() ? record(newest.en) : {}
  const [title, body] = [text(english.title) || text(newest.title), text(english.text) || text(newest.text)]
  await show(title, body, `notification/${text(newest.id)}`, data)
}

const verify = async (message: Body): Promise<void> => {
  const { pushSubscriptionId: id, verificationCode } = message
  await ask('PushSubscription/set', { update: { [text(id)]: { verificationCode } } })
  if (!(await isWatched())) await show(said().ready, '', 'ready', { url: '/settings', accountId: '', emailIds: [] })
}

/** Takes a push message, whatever is in it. */
export const tell = async (json: unknown): Promise<void> => {
  const message = record(json)
  if (message['@type'] === 'PushVerification') return verify(message)
  await tidy().catch(() => undefined)
  for (const [accountId, types] of Object.entries(record(message.changed))) {
    const changed = record(types)
    if (changed.EmailDelivery !== undefined) await tellMail(accountId, record(message[DELIVERED]))
    if (changed.NotificationDelivery !== undefined) await tellNotification(accountId)
  }
}

/** A page of ours that is open comes forward; else one is opened. */
export const open = async (notification: Notification): Promise<void> => {
  notification.close()
  const { url } = shownOf(notification)
  // Only ever a page of ours.
  if (!/^\/(?![/\\])/.test(url)) return
  const [page] = await self.clients.matchAll({ type: 'window' })
  if (page === undefined) {
    await self.clients.openWindow(url)
    return
  }
  page.postMessage({ kind: 'open', url })
  await page.focus().catch(() => undefined)
}
