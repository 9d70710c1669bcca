/** The rooms below the protocols, opened together: what the server and every command of the command line need. */
import type { Log } from '#base/log.ts'
import type { Context } from '#domain/context.ts'
import { createPeople, type People, type PeopleOptions, services } from '#domain/people/people.ts'
import { recoverySettled } from '#domain/people/recovery/ask.ts'
import { signInsLookedAt } from '#domain/people/travel.ts'
import { readBrand } from './brand/brand.ts'
import type { Config } from './config.ts'
import { bindAs } from './ldap/connection.ts'
import { ldapSettings } from './ldap/settings.ts'
import { type OpenOptions, type OpenStore, openStore } from './store.ts'

export interface House extends OpenStore {
  readonly config: Config
  readonly ctx: Context
  readonly people: People
}

const hour = 3_600_000

/** How passwords that the directory keeps are checked; nothing when it keeps none. */
const directoryPasswords = (config: Config): Partial<PeopleOptions> => {
  const settings = ldapSettings(config)
  if (!settings?.passwords) return {}
  return { checkElsewhere: (reference, password) => bindAs(settings, reference, password) }
}

/** A wrong file is told by `convergence check` and at start (http/server.ts). */
const organizationOf = ({ brand: path }: Config): { organization?: string } => {
  const { brand } = readBrand(path)
  return brand === undefined ? {} : { organization: brand.name }
}

/** Opens store and people. `close` gives everything back. */
export const openHouse = async (config: Config, log: Log, options: OpenOptions): Promise<House> => {
  const open = await openStore(config, log, options)
  const ctx: Context = { store: open.store, clock: open.store.clock, log }
  try {
    const people = await createPeople(ctx, {
      domains: config.domains,
      passwordFor: config['people.password-for-programs'] ? services : ['web'],
      sessionIdle: config['people.session-idle-hours'] * hour,
      sessionLife: config['people.session-days'] * 24 * hour,
      sharedIdle: config['people.session-shared-idle-minutes'] * 60_000,
      secondFactorFor: config['people.second-factor-for'],
      passwordDespiteFactor: config['people.password-for-programs'] === 'always',
      passwordLengths: {
        pupil: config['passwords.pupil'],
        parent: config['passwords.parent'],
        staff: config['passwords.staff'],
        administrator: config['passwords.administrator'],
      },
      administratorPasswordDays: config['people.administrator-password-days'],
      contact: config['people.contact'],
      hostname: config.hostname,
      ...organizationOf(config),
      publicUrl: config['public-url'] ?? `https://${config.hostname}`,
      ...directoryPasswords(config),
    })
    const close = async () => {
      people.close()
      await recoverySettled(people)
      await signInsLookedAt(people)
      await open.close()
    }
    return { ...open, config, ctx, people, close }
  } catch (error) {
    await open.close()
    throw error
  }
}
