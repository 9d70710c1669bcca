/** Every method of this server: a list that the type checker, and an auditor, can read (law 11). */
import { coreEcho } from './core/echo.ts'
import { emailChanges } from './email/changes.ts'
import { emailCopy } from './email/copy.ts'
import { emailGet } from './email/get.ts'
import { emailImport } from './email/import.ts'
import { emailParse } from './email/parse.ts'
import { emailQuery } from './email/query.ts'
import { emailQueryChanges } from './email/query-changes.ts'
import { emailSet } from './email/set.ts'
import { mailboxChanges } from './mailbox/changes.ts'
import { mailboxGet } from './mailbox/get.ts'
import { mailboxQuery } from './mailbox/query.ts'
import { mailboxQueryChanges } from './mailbox/query-changes.ts'
import { mailboxSet } from './mailbox/set.ts'
import type { Method } from './method.ts'
import { threadChanges } from './thread/changes.ts'
import { threadGet } from './thread/get.ts'

export const methods: readonly Method[] = [
  coreEcho,
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
]
