/** `mailto:` links (RFC 6068): of links in messages, and of other programs when this one is installed as theirs for mail. */

export interface MailtoDraft {
  /** Addresses, apart by commas. */
  readonly to: string
  readonly cc: string
  readonly bcc: string
  /** Null when the link says nothing of it. */
  readonly subject: string | null
  readonly text: string
}

/** Characters of a link that are read. */
const LONGEST = 20_000

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not encoded as it should be: as written.
    return text
  }
}

/** Only recipients, subject and body are taken: the other fields could attach or forge. Undefined for what is no such link. */
export const readMailto = (link: string): MailtoDraft | undefined => {
  const [, address = '', query = ''] = /^mailto:([^?#]*)(?:\?([^#]*))?/i.exec(link.slice(0, LONGEST)) ?? []
  if (!/^mailto:/i.test(link)) return
  // A plus is a plus (§5), not a space as in forms.
  const fields = query.split('&').map((field): [name: string, value: string] => {
    const at = field.indexOf('=')
    return at < 0 ? [field.toLowerCase(), ''] : [field.slice(0, at).toLowerCase(), decoded(field.slice(at + 1))]
  })
  const all = (name: string) => fields.flatMap(([one, value]) => (one === name && value !== '' ? [value] : []))
  return {
    to: [decoded(address), ...all('to')].filter(Boolean).join(', '),
    cc: all('cc').join(', '),
    bcc: all('bcc').join(', '),
    subject: all('subject')[0]?.replace(/\s+/g, ' ') ?? null,
    text: all('body').join('\n').replaceAll('\r\n', '\n'),
  }
}
