/** Answers of validation: text (CAS 1), XML and JSON (CAS 2 and 3, Protocol 3.0.2 §2.4.2, §2.5.2, appendix A). */
import { element, textElement } from '#format/xml/write.ts'
import type { CasFailure } from './failure.ts'
import type { Validated } from './validate.ts'

export interface Answer {
  readonly type: 'text/plain' | 'application/xml' | 'application/json'
  readonly body: string
}

export type Format = 'XML' | 'JSON'

/** One line: what has no place in a line is dropped. */
const line = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '')

export const plainSuccess = ({ user }: Validated): Answer => ({ type: 'text/plain', body: `yes\n${line(user)}\n` })

export const plainFailure: Answer = { type: 'text/plain', body: 'no\n\n' }

const document = (...children: readonly string[]): Answer => ({
  type: 'application/xml',
  body: element('cas:serviceResponse', { 'xmlns:cas': 'http://www.yale.edu/tp/cas' }, ...children),
})

const json = (serviceResponse: object): Answer => ({
  type: 'application/json',
  body: JSON.stringify({ serviceResponse }),
})

/** The person's attributes, and what the protocol itself says of the sign-in (§2.5.7, appendix A). */
const attributesOf = ({ attributes, authenticatedAt, fresh }: Validated): Record<string, readonly string[]> => ({
  ...attributes,
  authenticationDate: [new Date(authenticatedAt).toISOString()],
  longTermAuthenticationRequestTokenUsed: ['false'],
  isFromNewLogin: [String(fresh)],
})

/**
 * Attributes as the service reads them: grouped (Jasig, the one of CAS 3), each an element of its own beside the user
 * (flat), or elements of name and value. phpCAS knows all three.
 */
const shaped = (validated: Validated): string[] => {
  const pairs = Object.entries(attributesOf(validated)).flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  )
  switch (validated.party.config.attributeShape) {
    case 'flat':
      return pairs.map(([name, value]) => textElement(`cas:${name}`, value))
    case 'name-value':
      return pairs.map(([name, value]) => element('cas:attribute', { name, value }))
    default:
      return [element('cas:attributes', {}, ...pairs.map(([name, value]) => textElement(`cas:${name}`, value)))]
  }
}

const successXml = (validated: Validated, attributes: boolean): Answer => {
  const { user, pgtIou, proxies } = validated
  return document(
    element(
      'cas:authenticationSuccess',
      {},
      textElement('cas:user', line(user)),
      ...(attributes ? shaped(validated) : []),
      ...(pgtIou === undefined ? [] : [textElement('cas:proxyGrantingTicket', pgtIou)]),
      ...(proxies.length === 0
        ? []
        : [element('cas:proxies', {}, ...proxies.map((one) => textElement('cas:proxy', one)))]),
    ),
  )
}

const successJson = (validated: Validated, attributes: boolean): Answer => {
  const { user, pgtIou, proxies } = validated
  const single = (values: readonly string[]) => (values.length === 1 ? values[0] : values)
  return json({
    authenticationSuccess: {
      user: line(user),
      ...(pgtIou === undefined ? {} : { proxyGrantingTicket: pgtIou }),
      ...(proxies.length === 0 ? {} : { proxies }),
      ...(attributes
        ? {
            attributes: Object.fromEntries(
              Object.entries(attributesOf(validated)).map(([name, values]) => [name, single(values)]),
            ),
          }
        : {}),
    },
  })
}

export const success = (validated: Validated, format: Format, attributes: boolean): Answer =>
  format === 'JSON' ? successJson(validated, attributes) : successXml(validated, attributes)

export const failure = ({ code, message }: CasFailure, format: Format): Answer =>
  format === 'JSON'
    ? json({ authenticationFailure: { code, description: message } })
    : document(textElement('cas:authenticationFailure', message, { code }))

export const proxySuccess = (ticket: string, format: Format): Answer =>
  format === 'JSON'
    ? json({ proxySuccess: { proxyTicket: ticket } })
    : document(element('cas:proxySuccess', {}, textElement('cas:proxyTicket', ticket)))

export const proxyFailure = ({ code, message }: CasFailure, format: Format): Answer =>
  format === 'JSON'
    ? json({ proxyFailure: { code, description: message } })
    : document(textElement('cas:proxyFailure', message, { code }))
