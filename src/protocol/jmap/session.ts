/** The session object (RFC 8620 §2). */
import { createHash } from 'node:crypto'
import { maxWindowDays } from '#domain/calendar/limits.data.ts'
import { maxDepth, maxNameBytes } from '#domain/mail/mailbox-rules.ts'
import { CALENDAR_TEXT } from '#format/jmap/calendar-text.ts'
import { CALENDARS } from '#format/jmap/calendars.ts'
import { CONTACTS } from '#format/jmap/contacts.ts'
import {
  CORE,
  type JmapAccount,
  type JmapSession,
  MAIL,
  RECIPIENTS,
  SUBMISSION,
  WEBPUSH_VAPID,
} from '#format/jmap/core.ts'
import { FUNCTION } from '#format/jmap/function.ts'
import { INVITATIONS } from '#format/jmap/invitations.ts'
import { MDN } from '#format/jmap/mdn.ts'
import { ORGANISING } from '#format/jmap/organising.ts'
import { PORTAL } from '#format/jmap/portal.ts'
import { READING } from '#format/jmap/reading.ts'
import { FILTERS, SIEVE, VACATION } from '#format/jmap/sieve.ts'
import { hasCapability, type OpenAccount } from './accounts.ts'
import { digestAlgorithms } from './blob/get.ts'
import { lookupTypes } from './blob/lookup.ts'
import { maxDataSources } from './blob/upload.ts'
import { BLOB, QUOTA, WEBSOCKET } from './capability.ts'
import { emailSortProperties } from './email/query.ts'
import type { Limits } from './limits.ts'
import type { JmapPrincipal } from './method.ts'
import { sieveAccountCapability, sieveServerCapability } from './sieve/object.ts'

type Value = Readonly<Record<string, unknown>>

/**
 * Each capability: what the session says of it for the server, and for an account. One table; nothing is typed twice.
 * `baseUrl` is what the client reached us by.
 */
export const capabilityTable = (
  limits: Limits,
  baseUrl = '',
): Readonly<Record<string, { server: Value; account?: Value }>> => ({
  [CORE]: {
    server: {
      maxSizeUpload: limits.maxSizeUpload,
      maxConcurrentUpload: limits.maxConcurrentUpload,
      maxSizeRequest: limits.maxSizeRequest,
      maxConcurrentRequests: limits.maxConcurrentRequests,
      maxCallsInRequest: limits.maxCallsInRequest,
      maxObjectsInGet: limits.maxObjectsInGet,
      maxObjectsInSet: limits.maxObjectsInSet,
      collationAlgorithms: ['i;ascii-casemap', 'i;unicode-casemap'],
    },
    account: {},
  },
  [MAIL]: {
    server: {},
    account: {
      maxMailboxesPerEmail: null,
      maxMailboxDepth: maxDepth,
      maxSizeMailboxName: maxNameBytes,
      maxSizeAttachmentsPerEmail: limits.maxSizeAttachmentsPerEmail,
      emailQuerySortOptions: emailSortProperties,
      mayCreateTopLevelMailbox: true,
    },
  },
  [SUBMISSION]: {
    server: {},
    account: {
      maxDelayedSend: limits.maxDelayedSend,
      // The EHLO arguments of RFC 4865 §3 change by the second; ours for SIZE is that of a message.
      submissionExtensions: { FUTURERELEASE: [`${limits.maxDelayedSend}`], SIZE: [], DSN: [] },
    },
  },
  [MDN]: { server: {}, account: {} },
  [BLOB]: {
    server: {},
    account: {
      maxSizeBlobSet: limits.maxSizeUpload,
      maxDataSources,
      supportedTypeNames: lookupTypes,
      supportedDigestAlgorithms: digestAlgorithms,
    },
  },
  [QUOTA]: { server: {}, account: {} },
  [SIEVE]: { server: sieveServerCapability, account: { ...sieveAccountCapability } },
  [FILTERS]: { server: {}, account: {} },
  [VACATION]: { server: {}, account: {} },
  [RECIPIENTS]: { server: {}, account: {} },
  [WEBSOCKET]: { server: { url: `${baseUrl.replace(/^http/, 'ws')}/jmap/ws`, supportsPush: true } },
  ...(limits.applicationServerKey === undefined
    ? {}
    : { [WEBPUSH_VAPID]: { server: { applicationServerKey: limits.applicationServerKey } } }),
  [CONTACTS]: { server: {}, account: { maxAddressBooksPerCard: 1, mayCreateAddressBook: true } },
  [CALENDARS]: {
    server: {},
    account: {
      maxCalendarsPerEvent: 1,
      minDateTime: '1583-01-01T00:00:00Z',
      maxDateTime: '2999-01-01T00:00:00Z',
      maxExpandedQueryDuration: `P${maxWindowDays}D`,
      maxParticipantsPerEvent: 0,
      mayCreateCalendar: true,
    },
  },
  [CALENDAR_TEXT]: { server: {}, account: {} },
  [INVITATIONS]: { server: {}, account: {} },
  [READING]: { server: {}, account: {} },
  [PORTAL]: { server: {}, account: {} },
  [ORGANISING]: { server: {}, account: {} },
})

/** What of a capability follows the account, and the rights that one has in it. */
const limitedBy = (name: string, value: Value, { rights, inbox }: OpenAccount): Value => {
  if (name === ORGANISING && inbox !== undefined) return { ...value, inbox }
  return name === MAIL && !rights.has('write') ? { ...value, mayCreateTopLevelMailbox: false } : value
}

/** An account as the session names it; `urn:convergence:function` says what a mailbox of a function is to the person. */
const accountObject = (open: OpenAccount, table: [string, { account?: Value }][]): JmapAccount => {
  const capabilities = table.flatMap(([name, { account }]): [string, Value][] =>
    account !== undefined && hasCapability(open, name) ? [[name, limitedBy(name, account, open)]] : [],
  )
  const { function: ofFunction } = open
  return {
    name: open.name,
    isPersonal: open.isPersonal,
    isReadOnly: !open.rights.has('write'),
    accountCapabilities: Object.fromEntries(
      ofFunction === undefined ? capabilities : [...capabilities, [FUNCTION, { ...ofFunction }]],
    ),
  }
}

/** `accounts` begins with the person's own. `baseUrl` is what the client reached us by, without a slash at its end. */
export const sessionObject = (
  principal: JmapPrincipal,
  accounts: readonly OpenAccount[],
  baseUrl: string,
  limits: Limits,
): JmapSession => {
  const table = Object.entries(capabilityTable(limits, baseUrl))
  const own = accounts.find(({ isPersonal }) => isPersonal)?.accountId ?? ''
  const ofAccount = table.filter(([, { account }]) => account !== undefined)
  const session = {
    capabilities: Object.fromEntries(table.map(([name, { server }]) => [name, server])),
    accounts: Object.fromEntries(accounts.map((open) => [open.accountId, accountObject(open, table)])),
    // That of the core is not told (RFC 8620 §2).
    primaryAccounts: Object.fromEntries(ofAccount.filter(([name]) => name !== CORE).map(([name]) => [name, own])),
    username: principal.login,
    apiUrl: `${baseUrl}/jmap/api`,
    downloadUrl: `${baseUrl}/jmap/download/{accountId}/{blobId}/{name}?accept={type}`,
    uploadUrl: `${baseUrl}/jmap/upload/{accountId}`,
    eventSourceUrl: `${baseUrl}/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}`,
  }
  return { ...session, state: sessionState(session) }
}

/** Changes when anything else in the session object does (RFC 8620 §2). */
const sessionState = (session: object): string =>
  createHash('sha256').update(JSON.stringify(session)).digest('base64url').slice(0, 16)
