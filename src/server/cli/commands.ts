/** Every command, in the order in which `--help` lists them. */
import { accountCommands } from './account.ts'
import { appPasswordCommands } from './app-password.ts'
import { auditLog } from './audit.ts'
import { backupCommand, restoreCommand } from './backup.ts'
import { check, dkim } from './check.ts'
import type { Command } from './command.ts'
import { contentCommands } from './content.ts'
import { directoryCommands } from './directory.ts'
import { doctor } from './doctor.ts'
import { factorsCommand } from './factor.ts'
import { guideCommands } from './guides.ts'
import { mailboxCommands } from './mailbox.ts'
import { stsCommands } from './mta-sts.ts'
import { openidCommands } from './openid.ts'
import { eraseCommand, exportDataCommand } from './personal.ts'
import { providerCommands } from './provider.ts'
import { queueCommands } from './queue.ts'
import { samlCommands } from './saml.ts'
import { scimCommands } from './scim.ts'
import { indexCommands } from './search-index.ts'
import { serviceCommands } from './service.ts'
import { sieveCommands } from './sieve.ts'
import { start } from './start.ts'
import { statusServer } from './status-server.ts'
import { supportCommands } from './support.ts'
import { exportCommand, importCommand } from './transfer.ts'

export const commands: readonly Command[] = [
  start,
  statusServer,
  check,
  ...accountCommands,
  ...mailboxCommands,
  factorsCommand,
  eraseCommand,
  exportDataCommand,
  ...appPasswordCommands,
  ...scimCommands,
  ...directoryCommands,
  ...serviceCommands,
  ...samlCommands,
  ...providerCommands,
  ...openidCommands,
  importCommand,
  exportCommand,
  ...sieveCommands,
  ...supportCommands,
  ...guideCommands,
  ...contentCommands,
  backupCommand,
  restoreCommand,
  ...queueCommands,
  ...stsCommands,
  ...indexCommands,
  doctor,
  dkim,
  auditLog,
]
