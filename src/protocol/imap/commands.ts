/** Every command and capability (law 11): the one list that dispatch and CAPABILITY are derived from. */
import { capabilitiesOf } from './capability.ts'
import { deleteAcl, getAcl, listRights, myRights, setAcl } from './command/acl.ts'
import { append } from './command/append.ts'
import { authenticate, loginCommand } from './command/authenticate.ts'
import { close, expunge, unselect } from './command/close.ts'
import { compress } from './command/compress.ts'
import { copy, move } from './command/copy.ts'
import { esearch } from './command/esearch.ts'
import { fetch } from './command/fetch.ts'
import { idle } from './command/idle.ts'
import { getJmapAccess } from './command/jmap-access.ts'
import { list, lsub } from './command/list.ts'
import { create, remove, rename, subscribe, unsubscribe } from './command/mailbox.ts'
import { getMetadata, setMetadata } from './command/metadata.ts'
import { notify } from './command/notify.ts'
import { getQuota, getQuotaRoot } from './command/quota.ts'
import { replace } from './command/replace.ts'
import { search } from './command/search.ts'
import { examine, select } from './command/select.ts'
import { capability, check, enable, id, logout, namespace, noop, unauthenticate } from './command/session.ts'
import { sort, thread } from './command/sort.ts'
import { starttls } from './command/starttls.ts'
import { status } from './command/status.ts'
import { store } from './command/store.ts'
import type { Capability, Command } from './command.ts'
import type { Session } from './session.ts'

const commands: readonly Command[] = [
  capability,
  noop,
  logout,
  id,
  starttls,
  authenticate,
  loginCommand,
  unauthenticate,
  enable,
  compress,
  namespace,
  select,
  examine,
  create,
  remove,
  rename,
  subscribe,
  unsubscribe,
  list,
  lsub,
  status,
  getQuota,
  getQuotaRoot,
  getMetadata,
  setMetadata,
  getJmapAccess,
  myRights,
  getAcl,
  listRights,
  setAcl,
  deleteAcl,
  append,
  replace,
  idle,
  notify,
  check,
  close,
  unselect,
  expunge,
  search,
  esearch,
  sort,
  thread,
  fetch,
  store,
  copy,
  move,
]

/** What belongs to no command: the revisions, and what the reader of commands understands. */
const extensions: readonly Capability[] = [
  { name: 'IMAP4rev1', before: true },
  { name: 'IMAP4rev2', before: true },
  { name: 'LITERAL+', before: true },
]

const byName: ReadonlyMap<string, Command> = new Map(commands.map((command) => [command.name, command]))

/** The command of a name in upper case. */
export const commandNamed = (name: string): Command | undefined => byName.get(name)

/** The capability list for this connection in its present state, separated by spaces. */
export const announceCapabilities = (session: Session): string =>
  capabilitiesOf(session, { commands, extensions }).join(' ')
