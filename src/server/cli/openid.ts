/** `convergence openid ...`: the keys that sign, and services and mail programs by OpenID Connect and OAuth. */
import { rotateSigningKeys } from '#domain/access/oauth/keys.ts'
import { newClientSecret, saveOidcService } from '#protocol/oidc/clients.ts'
import { oidcMetadata } from '#protocol/oidc/declaration.ts'
import { actor } from './account.ts'
import { type Command, CommandError, flagOption, textOption, wordAt } from './command.ts'
import { programs } from './openid.data.ts'
import { rulesOf } from './service.ts'

const rotate: Command = {
  name: 'openid rotate-keys',
  usage: '',
  about: 'Make new signing keys; they sign a day later, when every service has read them',
  words: [0, 0],
  options: { now: { type: 'boolean', about: 'a key has leaked: sign with new ones at once, forget the old' } },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const now = flagOption(invocation, 'now')
      const { signsFrom, published } = await rotateSigningKeys(house.people, actor, { now })
      const from = now ? 'now on' : new Date(signsFrom).toISOString()
      invocation.say(
        `${published} keys are published; the new ones sign from ${from}. Running servers look every minute.`,
      )
      return 0
    }),
}

const words = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter(Boolean)

const add: Command = {
  name: 'openid add',
  usage: 'CLIENT_ID',
  about: 'Add or change a service that speaks OpenID Connect; its secret is shown once',
  words: [1, 1],
  options: {
    name: { type: 'string', value: 'TEXT', about: 'as people read it' },
    redirect: { type: 'string', value: 'URL,...', about: 'where browsers go back to, exactly' },
    'after-logout': { type: 'string', value: 'URL,...', about: 'where browsers may go after signing out' },
    'backchannel-logout': { type: 'string', value: 'URL', about: 'told when a session ends' },
    scopes: { type: 'string', value: 'LIST', about: 'openid profile email education by default' },
    grants: {
      type: 'string',
      value: 'LIST',
      about: 'authorization_code (default), refresh_token, client_credentials, device_code (in full)',
    },
    algorithm: { type: 'string', value: 'NAME', about: 'of ID tokens: RS256 (default), ES256, EdDSA' },
    public: { type: 'boolean', about: 'a program on people’s devices, which can keep no secret' },
    'without-pkce': { type: 'boolean', about: 'an old service that keeps a secret and knows no PKCE' },
    identifier: { type: 'string', value: 'NAME', about: 'pairwise (default), login, uid, joinKey, mail, uai' },
    attributes: { type: 'string', value: 'LIST', about: 'what it may be told, at most' },
    profiles: { type: 'string', value: 'LIST', about: 'who may enter (all)' },
    'profile-series': { type: 'string', value: 'NAME', about: 'number, word, both' },
    strength: { type: 'string', value: '1|2|3', about: 'least strength of the sign-in' },
    portal: { type: 'string', value: 'URL', about: 'its tile in the portal' },
    description: { type: 'string', value: 'TEXT', about: 'of the tile' },
    outside: { type: 'boolean', about: 'not ours: people are asked for their consent' },
    'clear-text': { type: 'boolean', about: 'its log-out address may be in the clear' },
  },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const clientId = wordAt(invocation, 0)
      const isPublic = flagOption(invocation, 'public')
      const metadata = oidcMetadata({
        redirects: words(textOption(invocation, 'redirect')),
        afterLogout: words(textOption(invocation, 'after-logout')),
        backchannelLogout: textOption(invocation, 'backchannel-logout') ?? '',
        scopes: words(textOption(invocation, 'scopes') ?? 'openid profile email education'),
        grants: words(textOption(invocation, 'grants') ?? 'authorization_code'),
        algorithm: textOption(invocation, 'algorithm') ?? 'RS256',
        isPublic,
        pkce: !flagOption(invocation, 'without-pkce'),
      })
      const secret = newClientSecret()
      await saveOidcService(house.people, actor, {
        clientId,
        name: textOption(invocation, 'name') ?? clientId,
        rules: rulesOf(invocation),
        metadata: isPublic ? metadata : { ...metadata, client_secret: secret },
      })
      invocation.say(
        isPublic ? `${clientId} is registered.` : `${clientId} is registered. Its secret, this once: ${secret}`,
      )
      return 0
    }),
}

const addProgram: Command = {
  name: 'openid add-program',
  usage: Object.keys(programs).join('|'),
  about: 'Let a mail program sign in by OAuth instead of a password',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const program = programs[wordAt(invocation, 0)]
      if (!program) throw new CommandError(`Known programs: ${Object.keys(programs).join(', ')}.`)
      const { clientId, name, redirects } = program
      await saveOidcService(house.people, actor, {
        clientId,
        name,
        metadata: {
          application_type: 'native',
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code', 'refresh_token'],
          redirect_uris: redirects,
          scope: 'openid email offline_access mail:imap mail:smtp urn:ietf:params:jmap:mail',
        },
      })
      invocation.say(`${name} may sign in by OAuth as the public client ${clientId}.`)
      return 0
    }),
}

export const openidCommands: readonly Command[] = [add, addProgram, rotate]
