/** A mailbox that is nobody's, on a server that is only here: what the first screen is rehearsed with (rehearsal.tsx). */
import { CORE, type JmapRequest, type JmapResponse, type JmapSession, MAIL } from '#format/jmap/core.ts'
import type { Identity, Mailbox, MailboxRole, Thread } from '#format/jmap/mail.ts'
import { ORGANISING } from '#format/jmap/organising.ts'
import { ALL_RIGHTS, createClient, type EmailSummary, type MailClient, memoryStorage } from '../data/index.ts'
import { ACCOUNT, INBOX } from './early.ts'

const ROWS = 24
const STATE = '0'

const session: JmapSession = {
  capabilities: { [CORE]: {} },
  accounts: {
    [ACCOUNT]: {
      name: '',
      isPersonal: true,
      isReadOnly: false,
      accountCapabilities: { [ORGANISING]: { inbox: INBOX } },
    },
  },
  primaryAccounts: { [MAIL]: ACCOUNT },
  username: '',
  apiUrl: '/jmap/api',
  downloadUrl: '',
  uploadUrl: '',
  eventSourceUrl: '',
  state: STATE,
}

const mailbox = (role: MailboxRole | null, n: number): Mailbox => ({
  id: role === 'inbox' ? INBOX : `${n}`,
  name: `${n}`,
  parentId: null,
  role,
  sortOrder: n,
  totalEmails: ROWS,
  unreadEmails: n,
  totalThreads: ROWS,
  unreadThreads: n,
  myRights: ALL_RIGHTS,
  isSubscribed: true,
})

const ids = Array.from({ length: ROWS }, (_, n) => `${n}`)

/** Read and unread, with and without attachments, of today and of long ago. */
const email = (id: string): EmailSummary => ({
  id,
  blobId: id,
  threadId: id,
  mailboxIds: { [INBOX]: true },
  keywords: Number(id) % 2 === 0 ? {} : { $seen: true },
  size: 1,
  receivedAt: new Date(Date.now() - Number(id) * 30_000_000).toISOString(),
  sentAt: null,
  from: [{ name: `A ${id}`, email: `${id}@example.org` }],
  to: [],
  cc: [],
  subject: id,
  preview: id,
  hasAttachment: Number(id) % 5 === 0,
})

const get = (list: readonly (Mailbox | Identity | EmailSummary | Thread)[]) => ({ list, state: STATE })

const mailboxes = (['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash', null] as const).map(mailbox)

const answers: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
  'Mailbox/get': () => get(mailboxes),
  'Identity/get': () => get([]),
  'Email/get': () => get(ids.map(email)),
  'Thread/get': () => get(ids.map((id) => ({ id, emailIds: [id] }))),
  'Email/query': () => ({ ids, position: 0, total: ROWS, queryState: STATE, canCalculateChanges: true }),
}

const respond = ({ methodCalls }: JmapRequest): JmapResponse => ({
  sessionState: STATE,
  methodResponses: methodCalls.map(([name, , id]) => {
    const answer = answers[name]
    return answer === undefined ? ['error', { type: 'unknownMethod' }, id] : [name, answer(), id]
  }),
})

/** @param onAsked told what it asks: the body of each request */
export const madeUpClient = (onAsked: (body: string) => void): MailClient =>
  createClient({
    fetch: async (_url, { body }) => {
      if (typeof body !== 'string') return Response.json(session)
      onAsked(body)
      return Response.json(respond(JSON.parse(body)))
    },
    storage: memoryStorage(),
    isEmpty: true,
    // Nothing of it comes later.
    clock: { now: () => Date.now(), setTimeout: () => undefined, clearTimeout: () => undefined },
  })
