/** SAML on the command line: a service from its metadata, and the replacement of our keys. */
import { readFile } from 'node:fs/promises'
import type { PartyDraft, PartyRules, SamlConfig } from '#domain/access/relying-parties.ts'
import { activateSamlKey, dropSamlKey, publishSamlKey, samlKeys } from '#domain/federation/keys.ts'
import { readMetadata } from '#protocol/saml/metadata.ts'
import { partyFromMetadata } from '#protocol/saml/party.ts'
import { samlKeyMaker } from '../saml-key.ts'
import { actor } from './account.ts'
import { type Command, CommandError, flagOption, type Invocation, textOption, UsageError } from './command.ts'
import { table } from './terminal.ts'

export const samlOptions: NonNullable<Command['options']> = {
  metadata: { type: 'string', value: 'FILE', about: 'SAML: metadata of the service (a file that it gave)' },
  entity: { type: 'string', value: 'ID', about: 'SAML: which one, when the file holds several' },
  'name-id': { type: 'string', value: 'KIND', about: 'SAML: persistent, transient, emailAddress or unspecified' },
  sign: { type: 'string', value: 'WHAT', about: 'SAML: sign the assertion, the response or both (by default)' },
  'idp-initiated': { type: 'boolean', about: 'SAML: the portal may open it without being asked' },
  oid: { type: 'boolean', about: 'SAML: attributes named urn:oid:' },
}

/** The text of a file that the person at the keyboard names. Throws CommandError. */
export const fileText = async (name: string): Promise<string> => {
  try {
    return await readFile(name, 'utf8')
  } catch (cause) {
    throw new CommandError(`The file ${name} cannot be read: ${cause instanceof Error ? cause.message : ''}`)
  }
}

const nameIds = ['persistent', 'transient', 'emailAddress', 'unspecified'] as const
const signed = ['assertion', 'response', 'both'] as const

const choice = <T extends string>(invocation: Invocation, name: string, words: readonly T[]): T | undefined => {
  const given = textOption(invocation, name)
  if (given === undefined) return
  const found = words.find((word) => word === given)
  if (found === undefined) throw new UsageError(`--${name} must be one of ${words.join(', ')}.`)
  return found
}

/** A service from its metadata and the options. Throws UsageError, CommandError, Failure. */
export const samlDraft = async (invocation: Invocation, rules: Partial<PartyRules>): Promise<PartyDraft<'saml'>> => {
  const file = textOption(invocation, 'metadata')
  if (file === undefined) throw new UsageError('A SAML service is declared by its metadata: --metadata FILE.')
  const metadata = readMetadata(await fileText(file), textOption(invocation, 'entity'))
  const name = invocation.words[1]
  const draft = partyFromMetadata(metadata, { ...(name === undefined ? {} : { name }), rules })
  const nameIdFormat = choice(invocation, 'name-id', nameIds)
  const sign = choice(invocation, 'sign', signed)
  const config: SamlConfig = {
    ...draft.config,
    ...(nameIdFormat === undefined ? {} : { nameIdFormat }),
    ...(sign === undefined ? {} : { sign }),
    ...(flagOption(invocation, 'idp-initiated') ? { idpInitiated: true } : {}),
    ...(flagOption(invocation, 'oid') ? { attributeNames: 'oid' } : {}),
  }
  return { ...draft, config }
}

const keyCommand = (
  name: string,
  about: string,
  done: string,
  work: (invocation: Invocation, ctx: Parameters<typeof activateSamlKey>[0]) => Promise<void>,
): Command => ({
  name: `saml ${name}`,
  usage: '',
  about,
  words: [0, 0],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      await work(invocation, house.ctx)
      invocation.say(done)
      return 0
    }),
})

const keys: Command = {
  name: 'saml keys',
  usage: '',
  about: 'Show the keys that sign what SAML services are told',
  words: [0, 0],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const { all } = await samlKeys(house.ctx, samlKeyMaker(house.config.hostname, house.ctx.clock))
      const rows = all.map(({ id, createdAt, active }) => [
        id,
        new Date(createdAt).toISOString().slice(0, 10),
        active ? 'signs' : 'published',
      ])
      invocation.say(table(['KEY', 'SINCE', 'STATE'], rows))
      return 0
    }),
}

export const samlCommands: readonly Command[] = [
  keys,
  keyCommand(
    'publish-key',
    'Publish a new SAML key beside the one that signs',
    'Published in /saml/metadata. When every partner has read it: convergence saml use-key.',
    ({ config }, ctx) => publishSamlKey(ctx, actor, samlKeyMaker(config.hostname, ctx.clock)),
  ),
  keyCommand(
    'use-key',
    'Sign with the published SAML key; the one before stays published',
    'The published key signs now. When nothing depends on the one before: convergence saml drop-key.',
    (_invocation, ctx) => activateSamlKey(ctx, actor),
  ),
  keyCommand('drop-key', 'Forget the SAML key that does not sign', 'Forgotten.', (_invocation, ctx) =>
    dropSamlKey(ctx, actor),
  ),
]
