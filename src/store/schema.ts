/**
 * The tables, as Kysely sees them: one schema for both engines (law 5), one file a subject in `schema/`. Every table's
 * key begins with the account or is global. Times are milliseconds since 1970 UTC, truth values 0 or 1, hashes raw
 * bytes. The SQL that creates them is in `migrations/`.
 */
import type { AccessTables } from './schema/access.ts'
import type { AnnotationsTables } from './schema/annotations.ts'
import type { CalendarsTables } from './schema/calendars.ts'
import type { ContactsTables } from './schema/contacts.ts'
import type { DeliveryTables } from './schema/delivery.ts'
import type { DirectoryTables } from './schema/directory.ts'
import type { EverywhereTables } from './schema/everywhere.ts'
import type { FiltersTables } from './schema/filters.ts'
import type { HelpTables } from './schema/help.ts'
import type { MailTables } from './schema/mail.ts'
import type { MailboxesTables } from './schema/mailboxes.ts'
import type { NoticesTables } from './schema/notices.ts'
import type { OrganisingTables } from './schema/organising.ts'
import type { PeopleTables } from './schema/people.ts'
import type { PhishingTables } from './schema/phishing.ts'
import type { PlatformTables } from './schema/platform.ts'
import type { PortalTables } from './schema/portal.ts'
import type { ReadingTables } from './schema/reading.ts'
import type { SetupTables } from './schema/setup.ts'
import type { ShareTables } from './schema/share.ts'
import type { SupportTables } from './schema/support.ts'

export interface Database
  extends AccessTables,
    AnnotationsTables,
    CalendarsTables,
    ContactsTables,
    DeliveryTables,
    DirectoryTables,
    EverywhereTables,
    FiltersTables,
    HelpTables,
    MailTables,
    MailboxesTables,
    NoticesTables,
    OrganisingTables,
    PeopleTables,
    PhishingTables,
    PlatformTables,
    PortalTables,
    ReadingTables,
    SetupTables,
    ShareTables,
    SupportTables {}
