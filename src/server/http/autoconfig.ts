/**
 * Settings for mail programs, found by themselves: Thunderbird's autoconfiguration (draft-bucksch-autoconfig), the
 * address books among them, and the
 * redirection to JMAP (RFC 8620 §2.2).
 */
import type { FastifyInstance } from 'fastify'
import type { MailSettings } from './session.ts'

const xml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const socketType = { tls: 'SSL', starttls: 'STARTTLS' } as const

const server = (
  kind: 'incomingServer type="imap"' | 'outgoingServer type="smtp"',
  host: string,
  settings: { port: number; security: 'tls' | 'starttls' },
) =>
  `    <${kind}>
      <hostname>${xml(host)}</hostname>
      <port>${settings.port}</port>
      <socketType>${socketType[settings.security]}</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </${kind.split(' ')[0]}>`

const document = (
  domains: readonly string[],
  mail: MailSettings,
  contacts: string,
): string => `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="${xml(domains[0] ?? mail.host)}">
${domains.map((domain) => `    <domain>${xml(domain)}</domain>`).join('\n')}
    <displayName>Convergence</displayName>
    <displayShortName>Convergence</displayShortName>
${mail.imap ? server('incomingServer type="imap"', mail.host, mail.imap) : ''}
${mail.smtp ? server('outgoingServer type="smtp"', mail.host, mail.smtp) : ''}
  </emailProvider>
  <addressBook type="carddav">
    <username>%EMAILADDRESS%</username>
    <authentication>http-basic</authentication>
    <serverURL>${xml(contacts)}</serverURL>
  </addressBook>
  <calendar type="caldav">
    <username>%EMAILADDRESS%</username>
    <authentication>http-basic</authentication>
    <serverURL>${xml(contacts)}</serverURL>
  </calendar>
</clientConfig>
`

export const registerAutoconfig = (
  app: FastifyInstance,
  domains: readonly string[],
  mail: () => MailSettings,
  contacts: string,
): void => {
  for (const path of ['/.well-known/autoconfig/mail/config-v1.1.xml', '/mail/config-v1.1.xml'])
    app.get(path, async (_request, reply) =>
      reply.type('text/xml; charset=utf-8').send(document(domains, mail(), contacts)),
    )
}
