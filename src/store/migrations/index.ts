/** Every migration, in order. A new one is added at the end and never changed once released. */
import { foundation, type Migration } from './0001-foundation.ts'
import { push } from './0002-push.ts'
import { statistics } from './0003-statistics.ts'
import { identity } from './0004-identity.ts'
import { filters } from './0006-filters.ts'
import { portal } from './0007-portal.ts'
import { guides } from './0008-guides.ts'
import { composing } from './0010-composing.ts'
import { organising } from './0011-organising.ts'
import { everywhere } from './0012-everywhere.ts'
import { notices } from './0013-notices.ts'
import { help } from './0014-help.ts'
import { setup } from './0017-setup.ts'
import { reading } from './0018-reading.ts'
import { told } from './0019-told.ts'
import { phishing } from './0020-phishing.ts'
import { contacts } from './0022-contacts.ts'
import { mailboxes } from './0023-mailboxes.ts'
import { calendars } from './0025-calendars.ts'
import { annotations } from './0026-annotations.ts'
import { frozen } from './0028-frozen.ts'
import { places } from './0029-places.ts'
import { subscriptions } from './0036-subscriptions.ts'
import { guideTexts } from './0038-guide-texts.ts'
import { knownErrors } from './0039-known-errors-and-plans.ts'
import { tlsPolicies } from './0040-tls-policies.ts'
import { globalScripts } from './0041-global-scripts.ts'

export type { Migration }

export const migrations: readonly Migration[] = [
  foundation,
  push,
  statistics,
  identity,
  filters,
  portal,
  guides,
  composing,
  organising,
  everywhere,
  notices,
  help,
  setup,
  reading,
  told,
  phishing,
  contacts,
  mailboxes,
  calendars,
  annotations,
  frozen,
  places,
  subscriptions,
  guideTexts,
  knownErrors,
  tlsPolicies,
  globalScripts,
]
