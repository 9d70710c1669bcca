/** The pages that a phone opens from the QR code of the set-up: without script, readable on the smallest screen. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isFailure } from '#base/failure.ts'
import type { MailAccount, Place } from '#format/setup/account.ts'
import { type DeviceKind, deviceNames } from '#format/setup/device.ts'
import { escapeXml } from '#format/xml/write.ts'
import { languageOf } from './failure.ts'
import { setUpWords } from './set-up-words.data.ts'
import { codeLink, sendPage } from './sso-page.ts'

const paragraph = (text: string): string => `<p>${escapeXml(text)}</p>`

/** Asks before the link is used. */
export const askPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  asked: {
    readonly owner: { readonly name: string; readonly email: string }
    readonly device: DeviceKind
    readonly path: string
  },
): FastifyReply => {
  const words = setUpWords[languageOf(request)]
  const { owner, device, path } = asked
  const body =
    paragraph(words.ask(owner.name, owner.email)) +
    `<form method="post" action="${escapeXml(path)}"><button type="submit">${escapeXml(words.go(deviceNames[device]))}</button></form>` +
    paragraph(words.notYou)
  return sendPage(request, reply, { title: words.title, body })
}

const list = (rows: readonly (readonly [name: string, value: string])[]): string =>
  `<dl>${rows.map(([name, value]) => `<dt>${escapeXml(name)}</dt><dd class="copy">${escapeXml(value)}</dd>`).join('')}</dl>`

const security = ({ security: kind }: Place): string => (kind === 'tls' ? 'SSL/TLS' : 'STARTTLS')

/** The device has its password: a profile to install, or what to write where. */
export const readyPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  ready: { readonly device: DeviceKind; readonly account: MailAccount; readonly profile?: string },
): FastifyReply => {
  const words = setUpWords[languageOf(request)]
  const { device, account, profile } = ready
  const steps = profile === undefined ? (device === 'android' ? words.android : words.other) : words.apple
  const body =
    (profile === undefined
      ? ''
      : `<p><a class="button" href="${escapeXml(profile)}">${escapeXml(words.install)}</a></p>`) +
    `<ol>${steps.map((step) => `<li>${escapeXml(step)}</li>`).join('')}</ol>` +
    `<h2>${escapeXml(words.password)}</h2>${paragraph(words.passwordMore)}<p class="secret"><code>${escapeXml(account.password)}</code></p>` +
    `<h2>${escapeXml(words.settings)}</h2>` +
    list([
      [words.address, account.address],
      [words.incoming, `${account.host}, ${account.imap.port}, ${security(account.imap)}`],
      [words.outgoing, `${account.host}, ${account.smtp.port}, ${security(account.smtp)}`],
      [words.contacts, account.contacts],
      [words.login, account.login],
    ]) +
    paragraph(words.watch)
  return sendPage(request, reply, { title: words.ready(deviceNames[device]), body })
}

/** The link is worth nothing any more, or something else went wrong. */
export const gonePage = (request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply => {
  if (!isFailure(error)) throw error
  const language = languageOf(request)
  const words = setUpWords[language]
  const isGone = error.property === 'device-link'
  const text = isGone ? words.gone : words.failed
  const body = `${paragraph(text)}<p><small>${codeLink(isGone ? 'DEV-01' : 'DEV-02', language)}</small></p>`
  return sendPage(request, reply, { title: words.title, body, status: isGone ? 410 : 400 })
}
