/** Single log-out (CAS Protocol 3.0.2 §2.3, appendix C): where the browser goes, and what services are posted. */
import { randomBytes } from 'node:crypto'
import type { LogoutMessage, LogoutNotice } from '#domain/access/logout.ts'
import { element, textElement } from '#format/xml/write.ts'
import type { Cas } from './cas.ts'
import { asLocation, partyOfService } from './service.ts'

/** Where a browser may be sent after signing out: a registered service, or nowhere. */
export const afterLogout = async (cas: Cas, service: string | undefined): Promise<string | undefined> =>
  service !== undefined && service !== '' && (await partyOfService(cas, service)) ? asLocation(service) : undefined

/** The message that ends the service's own session, which it finds by the ticket that opened it. */
export const logoutRequest = (notice: Pick<LogoutNotice, 'url' | 'reference'>, now: number): LogoutMessage => {
  const xml = element(
    'samlp:LogoutRequest',
    {
      'xmlns:samlp': 'urn:oasis:names:tc:SAML:2.0:protocol',
      'xmlns:saml': 'urn:oasis:names:tc:SAML:2.0:assertion',
      ID: `_${randomBytes(16).toString('hex')}`,
      Version: '2.0',
      IssueInstant: new Date(now).toISOString(),
    },
    textElement('saml:NameID', '@NOT_USED@'),
    textElement('samlp:SessionIndex', notice.reference),
  )
  const body = new URLSearchParams({ logoutRequest: xml }).toString()
  return { protocol: 'cas', url: notice.url, body, contentType: 'application/x-www-form-urlencoded' }
}
