/** A CAS client written from the protocol alone (CAS Protocol 3.0.2): what Arena and PIA share. */
import { SaxesParser } from 'saxes'

const namespace = 'http://www.yale.edu/tp/cas'

export interface CasPerson {
  readonly user: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

export type CasAnswer = CasPerson | { readonly code: string; readonly text: string }

/** Elements of the CAS namespace that have a text, in order, each with its name. */
const leaves = (xml: string): { name: string; text: string; code: string }[] => {
  const found: { name: string; text: string; code: string }[] = []
  const open: { name: string; text: string; code: string; leaf: boolean }[] = []
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () => {
    throw new Error('a document type in a CAS answer')
  })
  parser.on('opentag', ({ uri, local, attributes }) => {
    const parent = open.at(-1)
    if (parent) parent.leaf = false
    open.push({ name: uri === namespace ? local : '', text: '', code: attributes.code?.value ?? '', leaf: true })
  })
  parser.on('text', (text) => {
    const top = open.at(-1)
    if (top) top.text += text
  })
  parser.on('closetag', () => {
    const top = open.pop()
    if (top?.leaf) found.push({ name: top.name, text: top.text.trim(), code: top.code })
  })
  parser.write(xml).close()
  return found
}

/** Understands the answer of `/serviceValidate` and `/p3/serviceValidate`, attributes grouped or not. */
export const readAnswer = (xml: string): CasAnswer => {
  const attributes: Record<string, string[]> = {}
  let user = ''
  for (const { name, text, code } of leaves(xml)) {
    if (name === 'authenticationFailure') return { code, text }
    if (name === 'user') user = text
    else if (name !== '' && name !== 'proxyGrantingTicket') attributes[name] = [...(attributes[name] ?? []), text]
  }
  return user === '' ? { code: 'INTERNAL_ERROR', text: 'the answer names nobody' } : { user, attributes }
}

/** Asks the server whose ticket this is. */
export const validate = async (endpoint: string, service: string, ticket: string): Promise<CasAnswer> => {
  const query = new URLSearchParams({ service, ticket })
  const answer = await fetch(`${endpoint}?${query}`, { redirect: 'error', signal: AbortSignal.timeout(10_000) })
  return readAnswer(await answer.text())
}

/** The ticket of a session that has ended, from the `logoutRequest` that the server posts; undefined: not such a message. */
export const endedTicket = (logoutRequest: string | null): string | undefined => {
  if (logoutRequest === null || logoutRequest.includes('<!')) return
  return /<(?:\w+:)?SessionIndex>\s*([A-Za-z0-9._-]{1,256})\s*<\//.exec(logoutRequest)?.[1]
}
