/**
 * The picture of the last screen: what the list looked like when it was last at rest, painted at the next start while the
 * program is still on its way. It is only looked at: the application itself is what is read aloud, focused and acted on.
 */

/** An element and what is in it, or a text. */
export type Piece = string | readonly [tag: string, attributes: Readonly<Record<string, string>>, ...inside: Piece[]]

export interface Picture {
  /** Of what it is a picture: the same page of the same build, for the same person, in a window of the same size. */
  readonly of: string
  readonly login: string
  readonly piece: Piece
}

/** The name under which it is kept (shell/keepsakes.ts). */
export const PICTURE = 'picture'
/** Id of the element that shows it. */
export const SHOWN = 'picture'

/** Pages that begin with a list. */
export const isPictured = (path: string): boolean => /^\/mail\/[^/~]+$/.test(path)

/** The files of the program, by which one build is told from another; undefined in development. */
export const programFiles = (): readonly string[] | undefined =>
  document.querySelector<HTMLMetaElement>('meta[name="program"]')?.content.split(' ')

/** What the page is now, as far as it decides what its first screen looks like; undefined where there is no picture. */
export const presentView = (): string | undefined => {
  const files = programFiles()
  const { pathname } = window.location
  if (files === undefined || !isPictured(pathname)) return
  // Dates are told as of today; what was chosen of language, density and layout is in one entry.
  const chosen = localStorage.getItem('convergence.preferences')
  return JSON.stringify([files[0], pathname, innerWidth, innerHeight, new Date().toDateString(), chosen])
}

const SVG = 'http://www.w3.org/2000/svg'
/** What may be in a picture. */
const TAGS = new Set(
  'a b button circle div form h1 h2 h3 header img input kbd label li main nav ol p path rect search section span svg time ul'.split(
    ' ',
  ),
)
const ATTRIBUTES = new Set(
  'class style role type placeholder width height viewBox d cx cy r x y rx transform disabled'.split(' '),
)
/** Of what is pointed at or focused just now. */
const PASSING = /^data-(?:hovered|focused|focus-visible|pressed|react-aria|rac)/

const isKept = (name: string, value: string): boolean =>
  ATTRIBUTES.has(name) ||
  (name === 'src' && /^\/(?!\/)/.test(value)) ||
  (/^(?:data|aria)-/.test(name) && !PASSING.test(name))

/** The element as a picture; undefined for what may not be in one, and for what `isLeftOut` says. */
export const pieceOf = (element: Element, isLeftOut: (element: Element) => boolean): Piece | undefined => {
  const tag = element.localName
  if (!TAGS.has(tag) || isLeftOut(element)) return
  const attributes: Record<string, string> = {}
  for (const { name, value } of element.attributes) if (isKept(name, value)) attributes[name] = value
  // The row that a press is meant for.
  if (attributes.role === 'row') attributes['data-row'] = element.id
  const inside: Piece[] = []
  for (const child of element.childNodes) {
    const piece =
      child instanceof Element ? pieceOf(child, isLeftOut) : child.nodeType === 3 ? child.nodeValue : undefined
    if (piece !== undefined && piece !== null) inside.push(piece)
  }
  return [tag, attributes, ...inside]
}

const isSvg = (tag: string): boolean => /^(?:svg|path|circle|rect)$/.test(tag)

/** Made of elements and texts, never of markup: nothing in it can become anything else. */
export const nodeOf = (piece: Piece): Node => {
  if (typeof piece === 'string') return document.createTextNode(piece)
  const [tag, attributes, ...inside] = piece
  if (!TAGS.has(tag)) return document.createTextNode('')
  const element = isSvg(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (isKept(name, value)) element.setAttribute(name, value)
  for (const one of inside) element.append(nodeOf(one))
  return element
}
