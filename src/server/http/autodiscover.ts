/**
 * Settings that Outlook finds by itself: Microsoft's Autodiscover in its plain XML form (MS-OXDSCLI §3.1.5), for IMAP and
 * SMTP. The answer is the same for every address, so that it tells nobody which ones exist.
 */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { Place } from '#format/setup/account.ts'
import { escapeXml } from '#format/xml/write.ts'
import type { MailSettings } from './session.ts'

const asked = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006'
const outer = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006'
const inner = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'

const protocol = (type: 'IMAP' | 'SMTP', host: string, { port, security }: Place, address: string): string =>
  `<Protocol><Type>${type}</Type><Server>${escapeXml(host)}</Server><Port>${port}</Port>` +
  `<DomainRequired>off</DomainRequired><LoginName>${escapeXml(address)}</LoginName><SPA>off</SPA>` +
  `<SSL>on</SSL><Encryption>${security === 'tls' ? 'SSL' : 'TLS'}</Encryption><AuthRequired>on</AuthRequired>` +
  `${type === 'SMTP' ? '<UsePOPAuth>on</UsePOPAuth><SMTPLast>off</SMTPLast>' : ''}</Protocol>`

const document = (mail: MailSettings, address: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${outer}"><Response xmlns="${inner}"><Account>` +
  '<AccountType>email</AccountType><Action>settings</Action>' +
  `${mail.imap ? protocol('IMAP', mail.host, mail.imap, address) : ''}` +
  `${mail.smtp ? protocol('SMTP', mail.host, mail.smtp, address) : ''}</Account></Response></Autodiscover>`

/** The address in a request, which is all that is read of it. */
const addressIn = (xml: string): string | undefined =>
  /<(?:\w+:)?EMailAddress>\s*([^<>\s]{3,320})\s*<\/(?:\w+:)?EMailAddress>/i.exec(xml)?.[1]

export const registerAutodiscover = (app: FastifyInstance, mail: () => MailSettings): void => {
  void app.register(async (scope) => {
    scope.addContentTypeParser(['text/xml', 'application/xml'], { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    // Outlook writes the path in three ways.
    for (const path of [
      '/autodiscover/autodiscover.xml',
      '/Autodiscover/Autodiscover.xml',
      '/AutoDiscover/AutoDiscover.xml',
    ])
      scope.post(path, { bodyLimit: 8192 }, async (request, reply) => {
        const xml = typeof request.body === 'string' ? request.body : ''
        const address = addressIn(xml)
        if (address === undefined || !xml.includes(asked))
          throw new Failure('invalid', 'this is not a request for settings')
        return reply.type('text/xml; charset=utf-8').header('cache-control', 'no-store').send(document(mail(), address))
      })
  })
}
