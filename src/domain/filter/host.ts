/** What a script may ask while it filters the mail of an account: mailboxes, lists, other scripts, what was seen before. */

import { formatId } from '#base/ids.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { listMailboxes, type MailboxNode, normalizePath } from '../mail/mailboxes.ts'
import type { FilterEnvelope, FilterHost } from './filter.ts'
import { globalProgram } from './global-scripts.ts'
import { isInList, knowsList } from './lists.ts'
import { readMailto } from './mailto.ts'
import { hasSeen } from './memory.ts'
import { listScripts, programOf, type SieveScript } from './scripts.ts'

const paris = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', timeZoneName: 'longOffset' })

/** Minutes that Paris is east of UTC at a moment. */
export const parisOffset = (time: number): number => {
  const name = paris.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}

/** RFC 6154 attribute to the role it names. */
export const roleOfAttribute = (attribute: string): string => attribute.replace(/^\\/, '').toLowerCase()

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

export const createFilterHost = (delivery: Delivery, account: number, envelope: FilterEnvelope): FilterHost => {
  const { ctx, config, people } = delivery
  const { store } = ctx
  const now = ctx.clock.now()
  const asker = { people, account, now }
  const mailboxes = once(() => store.read((tx) => listMailboxes(tx, account)))
  const scripts = once<SieveScript[]>(() => store.read((tx) => listScripts(tx, account)))
  const some = async (holds: (mailbox: MailboxNode) => boolean): Promise<boolean> => (await mailboxes()).some(holds)
  const surroundings: Readonly<Record<string, string>> = {
    domain: people.options.domains[0] ?? config.hostname,
    host: config.hostname,
    location: 'MDA',
    phase: 'during',
    name: 'Convergence',
    version: '1',
  }
  return {
    now,
    envelope,
    separator: people.options.subaddress,
    offsetAt: parisOffset,
    environment: (name) => (Object.hasOwn(surroundings, name) ? surroundings[name] : undefined),
    mailboxExists: (path) => some((mailbox) => mailbox.path === normalizePath(path)),
    mailboxIdExists: (id) => some((mailbox) => formatId('mailbox', mailbox.id) === id),
    specialUseExists: (path, attribute) =>
      some(
        (mailbox) =>
          mailbox.role === roleOfAttribute(attribute) && (path === undefined || mailbox.path === normalizePath(path)),
      ),
    seen: (duplicate) => store.read((tx) => hasSeen(tx, account, duplicate, now)),
    listExists: (list) => store.read((tx) => knowsList(tx, asker, list)),
    listContains: (list, value) => store.read((tx) => isInList(tx, asker, list, value)),
    listAddresses: async () => [],
    include: async (location, name) => {
      if (location === 'global') return store.read((tx) => globalProgram(tx, name))
      const script = (await scripts()).find((one) => one.name === name.normalize('NFC'))
      return script && store.read((tx) => programOf(ctx, tx, script))
    },
    notifyMethod: (uri) => readMailto(uri) !== undefined,
  }
}
