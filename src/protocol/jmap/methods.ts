/** Every method of this server: a list that the type checker, and an auditor, can read (law 11). */
import { CALENDARS } from '#format/jmap/calendars.ts'
import { CONTACTS } from '#format/jmap/contacts.ts'
import { blobCopy } from './blob/copy.ts'
import { blobGet } from './blob/get.ts'
import { blobLookup } from './blob/lookup.ts'
import { blobUpload } from './blob/upload.ts'
import { calendarChangesMethod, calendarGet, calendarSet } from './calendars/calendar.ts'
import {
  calendarEventChanges,
  calendarEventGet,
  calendarEventQuery,
  calendarEventQueryChanges,
} from './calendars/event.ts'
import { calendarEventSet } from './calendars/event-set.ts'
import { invitationAnswer, invitationRead } from './calendars/invitation.ts'
import {
  participantIdentityChanges,
  participantIdentityGet,
  participantIdentitySet,
} from './calendars/participant-identity.ts'
import { calendarTextGet, calendarTextSet } from './calendars/text.ts'
import { addressBookChanges, addressBookGet, addressBookSet } from './contacts/address-book.ts'
import { contactCardChanges, contactCardGet } from './contacts/card.ts'
import { contactCardQuery, contactCardQueryChanges } from './contacts/card-query.ts'
import { contactCardSet } from './contacts/card-set.ts'
import { coreEcho } from './core/echo.ts'
import { emailChanges } from './email/changes.ts'
import { emailCopy } from './email/copy.ts'
import { emailGet } from './email/get.ts'
import { emailImport } from './email/import.ts'
import { emailParse } from './email/parse.ts'
import { emailQuery } from './email/query.ts'
import { emailQueryChanges } from './email/query-changes.ts'
import { emailSet } from './email/set.ts'
import { identityChanges } from './identity/changes.ts'
import { identityGet } from './identity/get.ts'
import { identitySet } from './identity/set.ts'
import { mailboxChanges } from './mailbox/changes.ts'
import { mailboxGet } from './mailbox/get.ts'
import { mailboxQuery } from './mailbox/query.ts'
import { mailboxQueryChanges } from './mailbox/query-changes.ts'
import { mailboxSet } from './mailbox/set.ts'
import { mdnParse } from './mdn/parse.ts'
import { mdnSend } from './mdn/send.ts'
import type { Method } from './method.ts'
import { jobChanges, jobGet, jobSet } from './organising/job.ts'
import { labelChanges, labelGet, labelSet } from './organising/label.ts'
import { preferencesChanges, preferencesGet, preferencesSet } from './organising/preferences.ts'
import { savedSearchChanges, savedSearchGet, savedSearchSet } from './organising/saved-search.ts'
import { searchStateGet } from './organising/search-state.ts'
import { snoozeChanges, snoozeGet } from './organising/snooze.ts'
import { usageGet } from './organising/usage.ts'
import { personalCopy } from './personal-copy.ts'
import { arrangementChanges, arrangementGet, arrangementSet } from './portal/arrangement.ts'
import { cardChanges, cardGet, cardSet } from './portal/card.ts'
import { documentRequestChanges, documentRequestGet, documentRequestSet } from './portal/document-request.ts'
import { noticeChanges, noticeGet, noticeSet } from './portal/notice.ts'
import { notificationChanges, notificationGet, notificationSet } from './portal/notification.ts'
import { tileChanges, tileGet, tileQuery } from './portal/tile.ts'
import { pushSubscriptionGet, pushSubscriptionSet } from './push/subscription.ts'
import { quotaChanges, quotaGet, quotaQuery, quotaQueryChanges } from './quota/quota.ts'
import { readingGet } from './reading/get.ts'
import { recipientExpand, recipientForget, recipientQuery, recipientRemember } from './recipient/query.ts'
import { recipientRest } from './recipient/rest.ts'
import { searchSnippetGet } from './search-snippet/get.ts'
import { mailboxApplySieve } from './sieve/apply.ts'
import { sieveGet } from './sieve/get.ts'
import { sieveQuery } from './sieve/query.ts'
import { sieveSet } from './sieve/set.ts'
import { sieveValidate } from './sieve/validate.ts'
import { submissionChanges } from './submission/changes.ts'
import { submissionGet } from './submission/get.ts'
import { submissionQuery, submissionQueryChanges } from './submission/query.ts'
import { submissionSet } from './submission/set.ts'
import { threadChanges } from './thread/changes.ts'
import { threadGet } from './thread/get.ts'
import { vacationGet, vacationSet } from './vacation/vacation.ts'

export const methods: readonly Method[] = [
  coreEcho,
  pushSubscriptionGet,
  pushSubscriptionSet,
  blobCopy,
  blobUpload,
  blobGet,
  blobLookup,
  mailboxGet,
  mailboxChanges,
  mailboxQuery,
  mailboxQueryChanges,
  mailboxSet,
  threadGet,
  threadChanges,
  emailGet,
  emailChanges,
  emailQuery,
  emailQueryChanges,
  emailSet,
  emailCopy,
  emailImport,
  emailParse,
  searchSnippetGet,
  identityGet,
  identityChanges,
  identitySet,
  submissionGet,
  submissionChanges,
  submissionQuery,
  submissionQueryChanges,
  submissionSet,
  mdnSend,
  mdnParse,
  sieveGet,
  sieveSet,
  sieveQuery,
  sieveValidate,
  mailboxApplySieve,
  vacationGet,
  vacationSet,
  quotaGet,
  quotaChanges,
  quotaQuery,
  quotaQueryChanges,
  recipientQuery,
  readingGet,
  recipientExpand,
  recipientForget,
  recipientRemember,
  recipientRest,
  tileGet,
  tileChanges,
  tileQuery,
  arrangementGet,
  arrangementChanges,
  arrangementSet,
  cardGet,
  cardChanges,
  cardSet,
  labelGet,
  labelChanges,
  labelSet,
  savedSearchGet,
  savedSearchChanges,
  savedSearchSet,
  preferencesGet,
  preferencesChanges,
  preferencesSet,
  searchStateGet,
  snoozeGet,
  snoozeChanges,
  usageGet,
  jobGet,
  jobChanges,
  jobSet,
  noticeGet,
  noticeChanges,
  noticeSet,
  notificationGet,
  notificationChanges,
  notificationSet,
  documentRequestGet,
  documentRequestChanges,
  documentRequestSet,
  addressBookGet,
  addressBookChanges,
  addressBookSet,
  contactCardGet,
  contactCardChanges,
  contactCardQuery,
  contactCardQueryChanges,
  contactCardSet,
  personalCopy('ContactCard/copy', CONTACTS),
  calendarGet,
  calendarChangesMethod,
  calendarSet,
  calendarEventGet,
  calendarEventChanges,
  calendarEventQuery,
  calendarEventQueryChanges,
  calendarEventSet,
  personalCopy('CalendarEvent/copy', CALENDARS),
  participantIdentityGet,
  participantIdentityChanges,
  participantIdentitySet,
  calendarTextGet,
  calendarTextSet,
  invitationRead,
  invitationAnswer,
]
