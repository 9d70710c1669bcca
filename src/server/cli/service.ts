/** `convergence service ...`: the services that people enter with their account, whatever protocol they speak. */
import { attributeNames } from '#domain/access/attributes.ts'
import {
  type CasConfig,
  defaultCasConfig,
  enableRelyingParty,
  type Identifier,
  identifiers,
  listRelyingParties,
  type PartyDraft,
  type PartyRules,
  type RelyingParty,
  type SsoProtocol,
  saveRelyingParty,
} from '#domain/access/relying-parties.ts'
import { removeRelyingParty } from '#domain/access/remove.ts'
import { profileKinds } from '#domain/directory/profiles.ts'
import type { Strength } from '#domain/people/principal.ts'
import type { House } from '../house.ts'
import { actor } from './account.ts'
import { type Command, CommandError, flagOption, type Invocation, textOption, UsageError, wordAt } from './command.ts'
import { samlDraft, samlOptions } from './saml.ts'
import { table } from './terminal.ts'

const listOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean)

const oneOf = <T extends string>(what: string, words: readonly T[], given: string): T => {
  const found = words.find((word) => word === given)
  if (found === undefined) throw new UsageError(`${what} must be one of ${words.join(', ')}.`)
  return found
}

const strengthOption = (given: string): Strength => {
  const strength = ([1, 2, 3] as const).find((one) => String(one) === given)
  if (strength === undefined) throw new UsageError('--strength must be 1, 2 or 3.')
  return strength
}

/** What is common to the three protocols, as far as it was said. */
export const rulesOf = (invocation: Invocation): Partial<PartyRules> => {
  const identifier = textOption(invocation, 'identifier')
  const attributes = textOption(invocation, 'attributes')
  const profiles = textOption(invocation, 'profiles')
  const series = textOption(invocation, 'profile-series')
  const strength = textOption(invocation, 'strength')
  const url = textOption(invocation, 'portal')
  const description = textOption(invocation, 'description')
  const kinds = profiles === undefined || profiles === 'all' ? '*' : listOf(profiles)
  return {
    ...(identifier === undefined ? {} : { identifier: oneOf<Identifier>('--identifier', identifiers, identifier) }),
    ...(attributes === undefined ? {} : { attributes: listOf(attributes) }),
    ...(profiles === undefined
      ? {}
      : { profiles: kinds === '*' ? kinds : kinds.map((kind) => oneOf('--profiles', profileKinds, kind)) }),
    ...(series === undefined
      ? {}
      : { profileSeries: oneOf('--profile-series', ['number', 'word', 'both'] as const, series) }),
    ...(strength === undefined ? {} : { acr: strengthOption(strength) }),
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description }),
    ...(flagOption(invocation, 'outside') ? { outside: true } : {}),
    ...(flagOption(invocation, 'clear-text') ? { clearText: true } : {}),
  }
}

const commonOptions: NonNullable<Command['options']> = {
  identifier: { type: 'string', value: 'KIND', about: `how it knows people: ${identifiers.join(', ')}` },
  attributes: { type: 'string', value: 'A,B', about: 'what it is told, and nothing more' },
  profiles: { type: 'string', value: 'A,B', about: 'who may enter (all by default)' },
  'profile-series': { type: 'string', value: 'SERIES', about: 'ENTPersonProfils as number, word or both' },
  strength: { type: 'string', value: '1|2|3', about: 'least sign-in: one factor, two, a passkey' },
  outside: { type: 'boolean', about: 'not one of ours: people are asked before anything is told' },
  portal: { type: 'string', value: 'URL', about: 'where the portal opens it' },
  description: { type: 'string', value: 'TEXT', about: 'one line for the portal' },
  'clear-text': { type: 'boolean', about: 'log-out messages may travel without TLS' },
}

const casOptions: NonNullable<Command['options']> = {
  'attributes-on-v2': { type: 'boolean', about: 'CAS: attributes in /serviceValidate too' },
  shape: { type: 'string', value: 'SHAPE', about: 'CAS: attributes as jasig, flat or name-value' },
  'logout-url': { type: 'string', value: 'URL', about: 'CAS: where the log-out message goes' },
  proxy: { type: 'string', value: 'URL', about: 'CAS: may get proxy tickets at this callback' },
}

const casDraft = (invocation: Invocation): PartyDraft<'cas'> => {
  const shape = textOption(invocation, 'shape')
  const logoutUrl = textOption(invocation, 'logout-url')
  const callback = textOption(invocation, 'proxy')
  const config: CasConfig = {
    ...defaultCasConfig,
    attributesOnV2: flagOption(invocation, 'attributes-on-v2'),
    ...(shape === undefined
      ? {}
      : { attributeShape: oneOf('--shape', ['jasig', 'flat', 'name-value'] as const, shape) }),
    ...(logoutUrl === undefined ? {} : { logoutUrl }),
    ...(callback === undefined ? {} : { proxy: { callback } }),
  }
  return {
    protocol: 'cas',
    name: wordAt(invocation, 1),
    key: wordAt(invocation, 2),
    rules: rulesOf(invocation),
    config,
  }
}

/** How each protocol's words and options become a service. */
const drafts: Partial<Record<SsoProtocol, (invocation: Invocation) => PartyDraft | Promise<PartyDraft>>> = {
  cas: casDraft,
  saml: (invocation) => samlDraft(invocation, rulesOf(invocation)),
}

const add: Command = {
  name: 'service add',
  usage: 'cas NAME ADDRESS | saml [NAME] --metadata FILE',
  about: 'Declare a service that people enter with their account, or change it',
  words: [1, 3],
  options: { ...commonOptions, ...casOptions, ...samlOptions },
  more: `
ADDRESS is scheme, host and the beginning of the path: https://ent.example/app/ is for everything below /app/, and for
no other host. Without --identifier the service gets a name for each person that no other service gets.
Attributes: ${attributeNames.join(' ')}.
Profiles: ${profileKinds.join(' ')}.`,
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const protocol = wordAt(invocation, 0)
      const draft = drafts[protocol as SsoProtocol]
      if (!draft) throw new UsageError(`The protocol must be one of ${Object.keys(drafts).join(', ')}.`)
      const party = await saveRelyingParty(house.people, actor, await draft(invocation))
      invocation.say(`${party.name} is declared (${party.protocol} service ${party.id}).`)
      return 0
    }),
}

const list: Command = {
  name: 'service list',
  usage: '',
  about: 'List the services that people enter with their account',
  words: [0, 0],
  options: { json: { type: 'boolean', about: 'one JSON object per line, for programs; without secrets' } },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const parties = await house.store.read((tx) => listRelyingParties(tx))
      if (flagOption(invocation, 'json')) {
        // The configuration of a client may hold its secret.
        for (const { config: _config, ...party } of parties) invocation.say(JSON.stringify(party))
        return 0
      }
      const rows = parties.map(({ id, protocol, name, key, status, rules }) => [
        String(id),
        protocol,
        name,
        key,
        status,
        rules.identifier,
        rules.profiles === '*' ? 'all' : rules.profiles.join(' '),
      ])
      invocation.say(table(['ID', 'PROTOCOL', 'NAME', 'KEY', 'STATUS', 'IDENTIFIER', 'PROFILES'], rows))
      return 0
    }),
}

/** The service that a word names: its number or its key. Throws CommandError. */
const partyNamed = async (house: House, word: string): Promise<RelyingParty> => {
  const parties = await house.store.read((tx) => listRelyingParties(tx))
  const party = parties.find(({ id, key }) => String(id) === word || key === word)
  if (!party) throw new CommandError(`There is no service ${word}. "convergence service list" shows them.`)
  return party
}

const switching = (name: string, active: boolean, about: string): Command => ({
  name: `service ${name}`,
  usage: 'ID',
  about,
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const party = await partyNamed(house, wordAt(invocation, 0))
      await enableRelyingParty(house.people, actor, party.id, active)
      invocation.say(`${party.name} is ${active ? 'open' : 'closed'}.`)
      return 0
    }),
})

const remove: Command = {
  name: 'service remove',
  usage: 'ID',
  about: 'Remove a closed service: declared again, it knows people by other pairwise names',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const party = await partyNamed(house, wordAt(invocation, 0))
      await removeRelyingParty(house.people, actor, party.id)
      invocation.say(`${party.name} is removed.`)
      return 0
    }),
}

export const serviceCommands: readonly Command[] = [
  add,
  list,
  switching('disable', false, 'Close a service: nobody enters it any more'),
  switching('enable', true, 'Open a service again'),
  remove,
]
