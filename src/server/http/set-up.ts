/**
 * Setting up phones and computers: a link for another device, a password for this one, its configuration profile, and
 * what becomes of them. The pages that a phone opens from the QR code are in set-up-page.ts.
 */

import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { renderSVG } from 'uqr'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import { hideFirstDay, readFirstDay } from '#domain/setup/first-day.ts'
import { makeLink, type ReadyDevice, readLink, readProfile, readyDevice, useLink } from '#domain/setup/link.ts'
import { watchDevices } from '#domain/setup/watch.ts'
import type { MailAccount } from '#format/setup/account.ts'
import { appleProfile } from '#format/setup/apple.ts'
import { deviceOf, isDeviceKind, takesProfile } from '#format/setup/device.ts'
import { thunderbirdCode } from '#format/setup/thunderbird.ts'
import { signContent } from '../cms.ts'
import type { TlsSource } from '../tls.ts'
import { queryNumber } from './admin-query.ts'
import { isForeign, userAgentOf } from './auth.ts'
import { languageOf } from './failure.ts'
import { ownerRoutes, textIn } from './owner.ts'
import type { MailSettings } from './session.ts'
import { askPage, gonePage, readyPage } from './set-up-page.ts'

export interface SetUpParts {
  readonly people: People
  readonly log: Log
  readonly mail: () => MailSettings
  readonly tls: Pick<TlsSource, 'material'>
  /** Of the académie, as devices show it. */
  readonly organization: string
}

/** Level L, as the format of Thunderbird for Android wants it; a screen is sharp enough for any. */
const codeOf = (text: string): string => renderSVG(text, { ecc: 'L', border: 3 })

const usual = { imap: { port: 993, security: 'tls' }, smtp: { port: 465, security: 'tls' } } as const

/** Everything a mail program must know of somebody's mailbox. */
const accountOf = (
  { mail, organization, people }: SetUpParts,
  owner: { readonly name: string; readonly email: string },
  password: string,
): MailAccount => {
  const { host, imap = usual.imap, smtp = usual.smtp } = mail()
  const { name, email } = owner
  const contacts = `${people.options.publicUrl}/dav/`
  return { name, address: email, login: email, password, host, imap, smtp, contacts, title: organization }
}

/** Reverse name of the profile, one for each person: a newer profile replaces the older. */
const profileName = (host: string, account: number): string =>
  `${host.split('.').reverse().join('.')}.convergence.${account}`

const profilePath = (device: ReadyDevice): string => `/setup/profile/${device.profileToken}`

const registerOwn = (app: FastifyInstance, parts: SetUpParts): void => {
  const { people } = parts
  const route = ownerRoutes(app, people)
  route(
    'POST',
    '/auth/setup/link',
    async ({ owner }) => {
      const since = people.ctx.clock.now()
      const { token, expiresAt } = await makeLink(people, owner)
      const url = `${people.options.publicUrl}/setup/link/${token}`
      return { url, qr: codeOf(url), since, expiresAt }
    },
    { stepUp: true },
  )
  route(
    'POST',
    '/auth/setup/device',
    async ({ owner, body, request }) => {
      const { device } = body
      if (!isDeviceKind(device)) throw new Failure('invalid', 'which device?', { property: 'device' })
      const since = people.ctx.clock.now()
      const label = textIn(body, 'label', 60)
      const ready = await readyDevice(people, owner, { kind: device, label, ip: request.ip })
      const account = accountOf(parts, ready.owner, ready.password)
      return {
        id: ready.id,
        label: ready.label,
        since,
        account,
        ...(takesProfile(device) ? { profile: profilePath(ready) } : {}),
        ...(device === 'android' ? { thunderbird: codeOf(thunderbirdCode(account)) } : {}),
      }
    },
    { stepUp: true },
  )
  route('GET', '/auth/setup/watch', async ({ owner, request }) =>
    watchDevices(people, owner.accountId, queryNumber(request, 'since') ?? people.ctx.clock.now()),
  )
  route('GET', '/auth/first-day', ({ owner }) => readFirstDay(people, owner.accountId))
  route('POST', '/auth/first-day/hide', async ({ owner }) => {
    await hideFirstDay(people, owner.accountId)
    return {}
  })
}

const tokenIn = (request: FastifyRequest): string => (request.params as Record<string, string>).token ?? ''

const sendProfile = async (parts: SetUpParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { people, organization, tls, log } = parts
  const { account: id, password, ...owner } = await readProfile(people, tokenIn(request))
  const account = accountOf(parts, owner, password)
  const fr = languageOf(request) === 'fr'
  const text = appleProfile({
    account,
    organization,
    description: fr
      ? `Ajoute la messagerie de ${owner.email} à cet appareil.`
      : `Adds the mailbox of ${owner.email} to this device.`,
    ids: [randomUUID(), randomUUID(), randomUUID()],
    identifier: profileName(account.host, id),
  })
  let content: Buffer
  try {
    content = signContent(Buffer.from(text), { cert: tls.material.cert, key: tls.material.key }, Date.now())
  } catch (cause) {
    // An unsigned profile installs as well, with a warning.
    log.warn('setup.unsigned-profile', { why: cause instanceof Error ? cause.message : '' })
    content = Buffer.from(text)
  }
  return reply
    .type('application/x-apple-aspen-config')
    .header('cache-control', 'no-store')
    .header('content-disposition', 'attachment; filename="messagerie.mobileconfig"')
    .send(content)
}

export const registerSetUp = (app: FastifyInstance, parts: SetUpParts): void => {
  const { people } = parts
  registerOwn(app, parts)

  /** A page for a person who holds a phone: what fails is told in a page too. */
  const page =
    (work: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
      work(request, reply).catch((error: unknown) => gonePage(request, reply, error))

  // Only looks: whatever previews the link must not use it up.
  app.get(
    '/setup/link/:token',
    page(async (request, reply) => {
      const owner = await readLink(people, tokenIn(request))
      return askPage(request, reply, { owner, device: deviceOf(userAgentOf(request)), path: request.url })
    }),
  )
  app.post(
    '/setup/link/:token',
    { bodyLimit: 1024 },
    page(async (request, reply) => {
      if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
      const kind = deviceOf(userAgentOf(request))
      const ready = await useLink(people, tokenIn(request), { kind, ip: request.ip })
      const account = accountOf(parts, ready.owner, ready.password)
      return readyPage(request, reply, {
        device: kind,
        account,
        ...(takesProfile(kind) ? { profile: profilePath(ready) } : {}),
      })
    }),
  )
  app.get(
    '/setup/profile/:token',
    { exposeHeadRoute: false },
    page((request, reply) => sendProfile(parts, request, reply)),
  )
}
