/** How somebody signs: a block of its own at the end of what is written, changed with the identity. */
import type { Identity } from '../../../data/index.ts'
import { htmlToText } from './html-text.ts'
import { textToHtml } from './text-html.ts'

export const SIGNATURE_CLASS = 'convergence-signature'

/** Of rich text: empty when there is none. */
export const signatureHtml = (identity: Identity | undefined): string => {
  const html = identity?.htmlSignature?.trim() || (identity?.textSignature ? textToHtml(identity.textSignature) : '')
  return html === '' ? '' : `<div class="${SIGNATURE_CLASS}">${html}</div>`
}

/** Of plain text, under the mark that mail programs know (RFC 3676 §4.3). */
export const signatureText = (identity: Identity | undefined): string => {
  const text = identity?.textSignature?.trim() || htmlToText(identity?.htmlSignature ?? '').trim()
  return text === '' ? '' : `-- \n${text}`
}

/** The text under another signature; what stands before it stays as it is. */
export const resignHtml = (html: string, identity: Identity | undefined): string => {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const [first, ...more] = page.querySelectorAll(`.${SIGNATURE_CLASS}`)
  for (const one of more) one.remove()
  const signature = signatureHtml(identity)
  if (first === undefined) return signature === '' ? html : `${html === '' ? '<p></p>' : html}${signature}`
  first.outerHTML = signature
  return page.body.innerHTML
}

export const resignText = (text: string, identity: Identity | undefined): string => {
  const signature = signatureText(identity)
  const at = text.lastIndexOf('-- \n')
  const starts = at === 0 || (at > 0 && text[at - 1] === '\n')
  const before = (starts ? text.slice(0, at) : text).trimEnd()
  return signature === '' ? before : `${before}\n\n${signature}`
}
