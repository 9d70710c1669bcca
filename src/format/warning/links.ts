/** Links whose text names one place and which lead to another. Pure. */
import { registered } from './domain.ts'

/** A web address or a domain, and nothing else, as people write them. */
const written =
  /^(?:https?:\/\/)?(?:[\p{L}\p{N}_-]{1,63}\.){1,8}(?:xn--[\p{L}\p{N}-]{2,59}|\p{L}{2,24})(?::\d{1,5})?(?:[/?#]\S*)?$/iu

/** Endings that are files rather than places: `rapport.zip` names no domain to whoever reads it. */
const file = /^[^/]*\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|txt|csv|zip|jpe?g|png|gif|html?|ics|vcf|eml|mp[34])$/i

/** `URL.parse`, which the browsers we serve do not all have. */
const parseUrl = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

const hostOf = (text: string): string | undefined => {
  const url = parseUrl(/^https?:\/\//i.test(text) ? text : `http://${text}`)
  return url?.hostname.toLowerCase().replace(/^www\./, '')
}

export interface LinkMismatch {
  /** What the text says. */
  readonly shown: string
  /** Where it leads. */
  readonly target: string
}

/** The two hosts when a link's text names another place than it leads to. Redirections of mailings are mismatches, too. */
export const linkMismatch = (text: string, href: string): LinkMismatch | undefined => {
  const shown = text.replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '').trim()
  if (shown.length > 300 || !written.test(shown) || file.test(shown)) return
  const target = parseUrl(href)
  if (!target || !/^https?:$/.test(target.protocol)) return
  const said = hostOf(shown)
  if (said === undefined || said === '' || !said.includes('.')) return
  return registered(said) === registered(target.hostname) ? undefined : { shown: said, target: target.hostname }
}

/** True for a host that is bare numbers, or hides behind a name before `@`: no honest link of a service is one. */
export const isDisguised = (href: string): boolean => {
  const url = parseUrl(href)
  if (!url || !/^https?:$/.test(url.protocol)) return false
  return url.username !== '' || /^[\d.]+$/.test(url.hostname) || url.hostname.startsWith('[')
}
