/** `mailto:` addresses (RFC 6068), as notifications name them (RFC 5436 §2.1). */
import { parseAddresses, splitAddress } from '#format/address/parse.ts'

export interface Mailto {
  readonly to: readonly string[]
  readonly subject: string | undefined
  readonly body: string | undefined
}

const maxRecipients = 5

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return
  }
}

/** Undefined when it is no such address, or one that names nobody or too many. */
export const readMailto = (uri: string): Mailto | undefined => {
  const match = /^mailto:([^?]*)(?:\?(.*))?$/is.exec(uri)
  if (!match) return
  const to: string[] = []
  const add = (list: string): boolean => {
    for (const { email } of parseAddresses(list)) {
      if (!splitAddress(email)) return false
      to.push(email)
    }
    return true
  }
  const path = decode(match[1] ?? '')
  if (path === undefined || !add(path)) return
  const fields = new Map<string, string>()
  for (const pair of (match[2] ?? '').split('&').filter((one) => one !== '')) {
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))?.toLowerCase()
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
    if (name === undefined || value === undefined || !/^[!-9;-~]+$/.test(name)) return
    if ((name === 'to' || name === 'cc' || name === 'bcc') && !add(value)) return
    fields.set(name, value)
  }
  if (to.length === 0 || to.length > maxRecipients) return
  return { to: [...new Set(to)], subject: fields.get('subject'), body: fields.get('body') }
}
