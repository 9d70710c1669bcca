/** `convergence provider ...`: identity providers that we trust to say who somebody is (EduConnect, an ENT...). */
import { oidcPresets, samlPresets } from '#domain/federation/presets.data.ts'
import {
  type Audience,
  audiences,
  enableProvider,
  listProviders,
  type OidcProvider,
  type ProviderDraft,
  removeProvider,
  type SamlProvider,
  saveProvider,
} from '#domain/federation/providers.ts'
import { readMetadata } from '#protocol/saml/metadata.ts'
import { binding } from '#protocol/saml/names.ts'
import { actor } from './account.ts'
import { type Command, CommandError, flagOption, type Invocation, textOption, UsageError, wordAt } from './command.ts'
import { fileText } from './saml.ts'
import { table } from './terminal.ts'

const audienceOption = (invocation: Invocation): readonly Audience[] => {
  const given = (textOption(invocation, 'audience') ?? 'pupil,parent').split(/[\s,]+/).filter(Boolean)
  const unknown = given.find((word) => !audiences.some((one) => one === word))
  if (unknown !== undefined) throw new UsageError(`--audience is a list of ${audiences.join(', ')}.`)
  return audiences.filter((one) => given.includes(one))
}

/** Settings given as JSON replace those of the preset, each as a whole. */
const moreSettings = async (invocation: Invocation): Promise<Record<string, unknown>> => {
  const file = textOption(invocation, 'settings')
  if (file === undefined) return {}
  const read: unknown = JSON.parse(await fileText(file))
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new CommandError(`The file ${file} must hold one JSON object.`)
  return { ...read }
}

const presetOf = <T>(presets: Readonly<Record<string, T>>, name: string): T => {
  const preset = presets[name]
  if (preset === undefined) throw new UsageError(`--preset must be one of ${Object.keys(presets).join(', ')}.`)
  return preset
}

const samlConfig = async (invocation: Invocation, more: Record<string, unknown>): Promise<SamlProvider> => {
  const file = textOption(invocation, 'metadata')
  if (file === undefined) throw new UsageError('A SAML provider is declared by its metadata: --metadata FILE.')
  const { entityId, idp } = readMetadata(await fileText(file), textOption(invocation, 'entity'))
  const sso = idp?.sso.find((one) => one.binding === binding.redirect)?.location
  if (!idp || sso === undefined) throw new CommandError('The metadata name no sign-on by HTTP-Redirect.')
  const slo = idp.slo.find((one) => one.binding === binding.redirect)?.location
  const preset = presetOf(samlPresets, textOption(invocation, 'preset') ?? 'ent')
  return { ...preset, entityId, sso, ...(slo === undefined ? {} : { slo }), certificates: idp.signing, ...more }
}

const oidcConfig = (invocation: Invocation, more: Record<string, unknown>): OidcProvider => {
  const issuer = textOption(invocation, 'issuer')
  const clientId = textOption(invocation, 'client-id')
  if (issuer === undefined || clientId === undefined)
    throw new UsageError('An OpenID provider needs --issuer URL and --client-id ID.')
  const clientSecret = process.env.CONVERGENCE_CLIENT_SECRET
  const preset = presetOf(oidcPresets, textOption(invocation, 'preset') ?? 'ent')
  return { ...preset, issuer, clientId, ...(clientSecret ? { clientSecret } : {}), ...more }
}

const add: Command = {
  name: 'provider add',
  usage: 'saml|oidc ID NAME',
  about: 'Declare an identity provider that may sign people in, or change it',
  words: [3, 3],
  options: {
    audience: { type: 'string', value: 'A,B', about: `who is offered it: ${audiences.join(', ')}` },
    preset: { type: 'string', value: 'NAME', about: 'what its attributes mean: educonnect, ent, agents, proconnect' },
    metadata: { type: 'string', value: 'FILE', about: 'SAML: its metadata' },
    entity: { type: 'string', value: 'ID', about: 'SAML: which one, when the file holds several' },
    issuer: { type: 'string', value: 'URL', about: 'OpenID: its issuer' },
    'client-id': { type: 'string', value: 'ID', about: 'OpenID: what it calls us' },
    order: { type: 'string', value: 'N', about: 'place on the sign-in page' },
    settings: { type: 'string', value: 'FILE', about: 'JSON: claims, affiliations, matching, create, logout...' },
  },
  more: `
The client secret of an OpenID provider is read from CONVERGENCE_CLIENT_SECRET, never from the command line. A SAML
provider is given https://OUR-ADDRESS/federation/ID/metadata, an OpenID provider https://OUR-ADDRESS/federation/ID/callback.`,
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const protocol = wordAt(invocation, 0)
      const more = await moreSettings(invocation)
      const sortOrder = Number(textOption(invocation, 'order') ?? '50')
      if (!Number.isInteger(sortOrder)) throw new UsageError('--order must be a whole number.')
      const base = {
        id: wordAt(invocation, 1),
        name: wordAt(invocation, 2),
        audience: audienceOption(invocation),
        sortOrder,
      }
      const draft: ProviderDraft | undefined =
        protocol === 'saml'
          ? { ...base, protocol, config: await samlConfig(invocation, more) }
          : protocol === 'oidc'
            ? { ...base, protocol, config: oidcConfig(invocation, more) }
            : undefined
      if (!draft) throw new UsageError('The protocol must be saml or oidc.')
      await saveProvider(house.people, actor, draft)
      invocation.say(`${draft.name} is declared: people sign in by it at /federation/${draft.id}/login.`)
      return 0
    }),
}

const list: Command = {
  name: 'provider list',
  usage: '',
  about: 'List the identity providers',
  words: [0, 0],
  options: { json: { type: 'boolean', about: 'one JSON object per line, for programs; without secrets' } },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const providers = await house.store.read((tx) => listProviders(tx))
      if (flagOption(invocation, 'json')) {
        for (const { config: _config, ...provider } of providers) invocation.say(JSON.stringify(provider))
        return 0
      }
      const rows = providers.map(({ id, protocol, name, audience, status, config }) => [
        id,
        protocol,
        name,
        audience.join(' '),
        status,
        config.matching.join(' '),
      ])
      invocation.say(table(['ID', 'PROTOCOL', 'NAME', 'AUDIENCE', 'STATUS', 'MATCHED BY'], rows))
      return 0
    }),
}

const switching = (name: string, active: boolean, about: string): Command => ({
  name: `provider ${name}`,
  usage: 'ID',
  about,
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const id = wordAt(invocation, 0)
      await enableProvider(house.people, actor, id, active)
      invocation.say(`${id} is ${active ? 'open' : 'closed'}.`)
      return 0
    }),
})

const remove: Command = {
  name: 'provider remove',
  usage: 'ID',
  about: 'Remove a closed identity provider, and the links of people to it',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const id = wordAt(invocation, 0)
      await removeProvider(house.people, actor, id)
      invocation.say(`${id} is removed.`)
      return 0
    }),
}

export const providerCommands: readonly Command[] = [
  add,
  list,
  switching('disable', false, 'Close an identity provider: nobody signs in by it any more'),
  switching('enable', true, 'Open an identity provider again'),
  remove,
]
