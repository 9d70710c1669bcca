/**
 * HTML of a message -> HTML that may be shown in the sealed frame. This is the first of three walls (the others: the
 * frame's opaque origin, and its own Content-Security-Policy, under which nothing but its own few lines can run, and
 * nothing at all is loaded). Pictures are only numbered here: the page fetches them and hands them in.
 */
import DOMPurify from 'dompurify'
import { darkColour, darkCss } from '#format/colour/dark.ts'
import { isDisguised, type LinkMismatch, linkMismatch } from '#format/warning/links.ts'
import { foldQuote } from './fold-quote.ts'

export interface CleanHtml {
  readonly html: string
  /** Addresses of the pictures on other machines, each once; `data-remote` and the marks in styles are their numbers. */
  readonly remote: readonly string[]
  /** Content-Ids and blob ids of the images that belong to the message. */
  readonly parts: readonly string[]
  /** Links whose text names another place than they lead to. */
  readonly links: readonly LinkMismatch[]
  /** The words of the message, as much as warnings look at. */
  readonly text: string
  /** It has colours of its own, made for white paper. */
  readonly coloured: boolean
}

/** A transparent pixel: it keeps the place of an image that is not loaded. */
const NOTHING = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='

/** More than this is cut before it is parsed. */
const MAX_HTML = 3_000_000

const FORBIDDEN_TAGS = [
  'script',
  'noscript',
  'iframe',
  'frame',
  'frameset',
  'object',
  'embed',
  'applet',
  'portal',
  'meta',
  'link',
  'base',
  'form',
  'input',
  'button',
  'textarea',
  'select',
  'option',
  'dialog',
  'svg',
  'math',
  'video',
  'audio',
  'source',
  'track',
  'canvas',
  'template',
  'slot',
  'title',
] // prettier-ignore
const FORBIDDEN_ATTRIBUTES = [
  'srcset',
  'ping',
  'target',
  'action',
  'formaction',
  'autofocus',
  'tabindex',
  'accesskey',
  'is',
  'popover',
  'contenteditable',
]

const remoteUrl = /^(?:https?:)?\/\//i

/** Pictures beyond these stay blank. */
export const MAX_REMOTE = 300
const MAX_LINKS = 2000
const MAX_TEXT = 20_000

/** What stands for picture `n` in a style until the page hands it in: an address that leads nowhere. */
export const remoteMark = (n: number): string => `data:,remote-${n}-`

class Remote {
  readonly urls: string[] = []
  readonly #numbers = new Map<string, number>()

  /** The number of a picture's address; undefined when there are too many. */
  number(address: string): number | undefined {
    const url = address.startsWith('//') ? `https:${address}` : address
    const known = this.#numbers.get(url)
    if (known !== undefined) return known
    if (this.urls.length >= MAX_REMOTE) return undefined
    this.#numbers.set(url, this.urls.length)
    return this.urls.push(url) - 1
  }
}

const cssUrl = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s"']*))\s*\)/gi

/** Letters and digits written as escapes (`u\\72l`), which mean the same without. */
const cssEscape = /\\(?:([0-9a-f]{1,6})[ \t\n\f]?|([g-z]))/gi
const withoutEscapes = (css: string): string =>
  css.replace(cssEscape, (whole, code?: string, letter?: string) => {
    const sign = letter ?? String.fromCodePoint(Math.min(Number.parseInt(code ?? '0', 16), 0x10ffff))
    return /^[\w@:/.-]$/.test(sign) ? sign : whole
  })

const cssImport = /@import\b(?:"[^"]*"|'[^']*'|[^;"'{}])*(?:;|$)/gi
/** Texts in the place of an argument (`image-set("…")`), which are addresses there. */
const cssArgument = /([(,]\s*)(?:"\s*(?:https?:)?\/\/[^"]*"|'\s*(?:https?:)?\/\/[^']*')/gi

/** Pixels of a hundredth of a window: the frame is as high as its content, so that heights of the window's own never end. */
const WINDOW_PART = 7
const ofWindow = /(\d*\.?\d+)[dls]?v(?:h|b|min|max)\b/gi
const withoutWindow = (css: string): string =>
  css.replace(ofWindow, (_whole, size: string) => `${Math.round(Number(size) * WINDOW_PART)}px`)

/** Addresses of a style are numbered; whatever is written otherwise is stopped by the frame's policy. */
const withoutAddresses = (style: string, remote: Remote): string => {
  const css = withoutWindow(withoutEscapes(style.replace(/\/\*[\s\S]*?\*\//g, ' ')).replace(cssImport, ''))
  const numbered = css.replace(cssUrl, (_whole, double?: string, single?: string, bare?: string) => {
    const address = (double ?? single ?? bare ?? '').trim()
    const number = remoteUrl.test(address) ? remote.number(address) : undefined
    return number === undefined ? 'url("data:,")' : `url("${remoteMark(number)}")`
  })
  return numbered.replace(cssArgument, '$1"data:,"')
}

const treatLink = (link: Element, links: LinkMismatch[]): void => {
  const href = link.getAttribute('href')?.trim() ?? ''
  if (!/^(https?:|mailto:|tel:)/i.test(href)) {
    link.removeAttribute('href')
    return
  }
  link.setAttribute('target', '_blank')
  link.setAttribute('rel', 'noopener noreferrer')
  if (!/^https?:/i.test(href)) return
  // Where it leads is said before it is opened, whatever its text and title say.
  link.setAttribute('title', href.slice(0, 300))
  const text = (link.textContent ?? '').slice(0, 400)
  const wrong = linkMismatch(text, href)
  if (wrong) links.push(wrong)
  else if (isDisguised(href)) links.push({ shown: text.trim().slice(0, 80), target: new URL(href).hostname })
}

const treatImage = (image: Element, remote: Remote, parts: Set<string>): void => {
  const source = image.getAttribute('src')?.trim() ?? ''
  const blob = image.getAttribute('data-blob')
  for (const name of ['data-part', 'data-remote', 'data-blob']) image.removeAttribute(name)
  if (blob !== null || /^cid:/i.test(source)) {
    const part = blob === null ? `cid:${decoded(source.slice(4))}` : `blob:${blob}`
    image.removeAttribute('src')
    image.setAttribute('data-part', part)
    parts.add(part)
    return
  }
  if (remoteUrl.test(source)) {
    const number = remote.number(source)
    const alt = image.getAttribute('alt')?.trim()
    // Without an address the browser writes its words in its place; many a letter is made of pictures alone.
    if (alt) image.removeAttribute('src')
    else image.setAttribute('src', NOTHING)
    if (number !== undefined) image.setAttribute('data-remote', String(number))
    if (alt) image.setAttribute('title', alt)
    return
  }
  if (!/^data:image\/(?:png|jpeg|gif|webp|avif|bmp);/i.test(source)) image.removeAttribute('src')
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The body's own colours go to a wrapper, since its content moves into the frame's body. */
const wrapper = (body: HTMLElement): HTMLElement => {
  // Of the parsed document, which loads nothing: a picture moved into the page's own would be asked for at once.
  const div = body.ownerDocument.createElement('div')
  for (const name of ['style', 'bgcolor', 'dir', 'align', 'class']) {
    const value = body.getAttribute(name)
    if (value !== null && value !== '') div.setAttribute(name, value)
  }
  if (div.hasAttribute('bgcolor')) div.style.backgroundColor = div.getAttribute('bgcolor') ?? ''
  if (body.hasAttribute('text')) div.style.color = body.getAttribute('text') ?? ''
  return div
}

const colours = /(?:^|[^-\w])(?:background|color)/i

const isColoured = (content: Element): boolean =>
  content.matches('[bgcolor]') ||
  content.querySelector('[bgcolor],font[color]') !== null ||
  [content, ...content.querySelectorAll('[style],style')].some((one) =>
    colours.test(one.getAttribute('style') ?? (one.localName === 'style' ? (one.textContent ?? '') : '')),
  )

/** Colours made for white paper, for a dark screen. */
const darken = (content: Element): void => {
  for (const element of [content, ...content.querySelectorAll('*')]) {
    const style = element.getAttribute('style')
    if (style !== null) {
      // A picture behind letters is darkened with its ground.
      const pictured = style.includes(remoteMark(0).slice(0, 13)) ? ';background-blend-mode:multiply' : ''
      element.setAttribute('style', darkCss(style) + pictured)
    }
    const ground = element.getAttribute('bgcolor')
    if (ground !== null) element.setAttribute('bgcolor', darkColour(ground, 'ground'))
    const ink = element.getAttribute('color')
    if (ink !== null) element.setAttribute('color', darkColour(ink, 'ink'))
    if (element.localName === 'style') element.textContent = darkCss(element.textContent ?? '')
  }
}

const treatStyles = (page: Element, remote: Remote): void => {
  for (const element of page.querySelectorAll('[style]'))
    element.setAttribute('style', withoutAddresses(element.getAttribute('style') ?? '', remote))
  for (const element of page.querySelectorAll('style'))
    element.textContent = withoutAddresses(element.textContent ?? '', remote)
  for (const element of page.querySelectorAll('[background]')) {
    const address = element.getAttribute('background')?.trim() ?? ''
    element.removeAttribute('background')
    const number = remoteUrl.test(address) ? remote.number(address) : undefined
    if (number === undefined) continue
    const style = element.getAttribute('style') ?? ''
    element.setAttribute('style', `background-image:url("${remoteMark(number)}");${style}`)
  }
}

const nothing: CleanHtml = { html: '', remote: [], parts: [], links: [], text: '', coloured: false }

export interface SanitiseOptions {
  /** Colours are changed for a dark screen. */
  readonly dark?: boolean
  /** Addresses of pictures stay: for quoting in an answer, never for showing. */
  readonly keepRemote?: boolean
  /** What an answer quotes at its end is folded under this name. */
  readonly fold?: string
}

export const sanitise = (html: string, { dark = false, keepRemote = false, fold }: SanitiseOptions = {}): CleanHtml => {
  const page = DOMPurify.sanitize(html.slice(0, MAX_HTML), {
    WHOLE_DOCUMENT: true,
    RETURN_DOM: true,
    FORBID_TAGS: FORBIDDEN_TAGS,
    FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
    ADD_ATTR: ['data-blob', 'bgcolor', 'background'],
    // Every attribute is held against it: what follows the schemes is what names none (`600`, `center`, `#fff`).
    ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|cid):|data:image\/|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
    SANITIZE_NAMED_PROPS: true,
    ALLOW_ARIA_ATTR: false,
  })
  const body = page instanceof Element ? page.querySelector('body') : null
  if (!(page instanceof Element) || body === null) return nothing
  // An address has one place where it means something; anywhere else it is nobody's.
  for (const element of page.querySelectorAll('[src]:not(img),[href]:not(a,area),[data],[poster],[lowsrc]'))
    for (const name of ['src', 'href', 'data', 'poster', 'lowsrc'])
      if (!(name === 'href' && element.matches('a,area')) && !(name === 'src' && element.matches('img')))
        element.removeAttribute(name)
  const parts = new Set<string>()
  const remote = new Remote()
  const links: LinkMismatch[] = []
  for (const link of [...page.querySelectorAll('a,area')].slice(0, MAX_LINKS)) treatLink(link, links)
  for (const image of page.querySelectorAll('img'))
    if (!keepRemote || !remoteUrl.test(image.getAttribute('src')?.trim() ?? '')) treatImage(image, remote, parts)
  if (!keepRemote) treatStyles(page, remote)
  const content = wrapper(body)
  for (const style of page.querySelectorAll('head style')) content.append(style)
  content.append(...body.childNodes)
  const coloured = isColoured(content)
  if (dark && coloured) darken(content)
  const text = wordsOf(content)
  if (fold !== undefined) foldQuote(content, fold)
  return { html: content.outerHTML, remote: remote.urls, parts: [...parts], links, text, coloured }
}

/** What a reader reads, without style sheets. */
const wordsOf = (content: Element): string => {
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT)
  let text = ''
  while (walker.nextNode() && text.length < MAX_TEXT)
    if (walker.currentNode.parentElement?.localName !== 'style') text += `${walker.currentNode.nodeValue ?? ''} `
  return text.replace(/\s+/g, ' ').slice(0, MAX_TEXT)
}
