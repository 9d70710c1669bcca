/**
 * HTML of a message -> HTML that may be shown in the sealed frame. This is the first of three walls (the others: the
 * frame's opaque origin, and its own Content-Security-Policy, under which nothing but its own few lines can run).
 */
import DOMPurify from 'dompurify'

export interface CleanHtml {
  readonly html: string
  /** Images on other machines that are not loaded. */
  readonly blocked: number
  /** Content-Ids and blob ids of the images that belong to the message. */
  readonly parts: readonly string[]
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
const remoteInStyle = /url\(\s*['"]?\s*(?:https?:)?\/\//i

const treatLink = (link: Element): void => {
  const href = link.getAttribute('href')?.trim() ?? ''
  if (/^(https?:|mailto:|tel:)/i.test(href)) {
    link.setAttribute('target', '_blank')
    link.setAttribute('rel', 'noopener noreferrer')
  } else link.removeAttribute('href')
}

const treatImage = (image: Element, showImages: boolean, parts: Set<string>): number => {
  const source = image.getAttribute('src')?.trim() ?? ''
  const blob = image.getAttribute('data-blob')
  image.removeAttribute('data-part')
  image.removeAttribute('data-blocked')
  if (blob !== null || /^cid:/i.test(source)) {
    const part = blob === null ? `cid:${decoded(source.slice(4))}` : `blob:${blob}`
    image.removeAttribute('src')
    image.removeAttribute('data-blob')
    image.setAttribute('data-part', part)
    parts.add(part)
    return 0
  }
  if (remoteUrl.test(source)) {
    if (showImages) return 0
    image.setAttribute('src', NOTHING)
    image.setAttribute('data-blocked', '')
    const alt = image.getAttribute('alt')
    if (alt) image.setAttribute('title', alt)
    return 1
  }
  if (!/^data:image\/(?:png|jpeg|gif|webp|avif|bmp);/i.test(source)) image.removeAttribute('src')
  return 0
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
  const div = document.createElement('div')
  for (const name of ['style', 'bgcolor', 'dir', 'align', 'class']) {
    const value = body.getAttribute(name)
    if (value !== null && value !== '') div.setAttribute(name, value)
  }
  if (div.hasAttribute('bgcolor')) div.style.backgroundColor = div.getAttribute('bgcolor') ?? ''
  return div
}

/** @param showImages whether images on other machines may be loaded */
export const sanitise = (html: string, showImages: boolean): CleanHtml => {
  const page = DOMPurify.sanitize(html.slice(0, MAX_HTML), {
    WHOLE_DOCUMENT: true,
    RETURN_DOM: true,
    FORBID_TAGS: FORBIDDEN_TAGS,
    FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
    ADD_ATTR: ['data-blob', 'bgcolor', 'background'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|cid:|data:image\/|\/\/|#)/i,
    SANITIZE_NAMED_PROPS: true,
    ALLOW_ARIA_ATTR: false,
  })
  if (!(page instanceof Element)) return { html: '', blocked: 0, parts: [] }
  const parts = new Set<string>()
  let blocked = 0
  for (const link of page.querySelectorAll('a,area')) treatLink(link)
  for (const image of page.querySelectorAll('img')) blocked += treatImage(image, showImages, parts)
  if (!showImages) {
    for (const element of page.querySelectorAll('[background]')) {
      if (remoteUrl.test(element.getAttribute('background') ?? '')) blocked++
      element.removeAttribute('background')
    }
    for (const element of page.querySelectorAll('[style],style'))
      if (remoteInStyle.test(element.getAttribute('style') ?? element.textContent ?? '')) blocked++
  }
  const body = page.querySelector('body')
  if (body === null) return { html: '', blocked: 0, parts: [] }
  const content = wrapper(body)
  for (const style of page.querySelectorAll('head style')) content.append(style)
  content.append(...body.childNodes)
  return { html: content.outerHTML, blocked, parts: [...parts] }
}
