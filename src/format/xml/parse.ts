/**
 * XML 1.0 with namespaces (XML Names 1.0) into a small read-only tree, for messages that strangers send. What attackers
 * of XML live on is refused before anything is read: document types and entities (external entities, entity bombs),
 * processing instructions, comments and CDATA sections (a text cut in two by a comment was read as its first half by
 * several SAML libraries), XML 1.1, elements that mix text with children, and anything beyond the bounds.
 */
import { SaxesParser } from 'saxes'
import { Failure } from '#base/failure.ts'

export interface XmlElement {
  /** Namespace; empty when there is none. */
  readonly ns: string
  readonly name: string
  /** Attributes without a namespace, by name. */
  readonly attributes: ReadonlyMap<string, string>
  /** Attributes with a namespace, as `{namespace}name`. */
  readonly qualified: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Text, only of elements without children; empty otherwise. */
  readonly text: string
}

export interface XmlBounds {
  /** Characters. */
  readonly size: number
  readonly depth: number
  /** Elements and attributes together. */
  readonly nodes: number
  /** True for documents that people write (metadata): comments are skipped instead of refused. */
  readonly comments?: boolean
  /** True where a CDATA section is text like any other: nothing there is signed. */
  readonly cdata?: boolean
}

/** Several times the largest message in practice; those of strangers are read on the event loop. */
export const messageBounds: XmlBounds = { size: 128 * 1024, depth: 40, nodes: 2000 }
export const documentBounds: XmlBounds = { size: 2 * 1024 * 1024, depth: 40, nodes: 40_000, comments: true }

const refuse = (why: string): never => {
  throw new Failure('invalid', `XML: ${why}`)
}

interface Open {
  readonly element: {
    ns: string
    name: string
    attributes: Map<string, string>
    qualified: Map<string, string>
    children: XmlElement[]
    text: string
  }
}

/** What is refused wherever it stands. */
const forbid = (parser: SaxesParser<{ xmlns: true }>, { comments, cdata }: XmlBounds): void => {
  parser.on('error', (error) => refuse(error.message.slice(0, 120)))
  parser.on('doctype', () => refuse('a document type is not accepted'))
  parser.on('processinginstruction', () => refuse('a processing instruction is not accepted'))
  if (!cdata) parser.on('cdata', () => refuse('a CDATA section is not accepted'))
  parser.on('comment', () => (comments ? undefined : refuse('a comment is not accepted')))
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0') refuse('only XML 1.0 is accepted')
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) refuse('only UTF-8 is accepted')
  })
}

/** The document element. Throws Failure invalid or tooLarge. */
export const parseXml = (text: string, bounds: XmlBounds = messageBounds): XmlElement => {
  if (text.length > bounds.size) throw new Failure('tooLarge', 'XML: the document is too large')
  // The parser keeps the document type until its end: bombs are refused at the door.
  if (text.includes('<!DOCTYPE') || text.includes('<!ENTITY')) refuse('a document type is not accepted')
  const parser = new SaxesParser({ xmlns: true })
  forbid(parser, bounds)
  const open: Open[] = []
  let root: XmlElement | undefined
  let nodes = 0
  parser.on('opentag', ({ uri, local, attributes }) => {
    const own = Object.values(attributes)
    nodes += 1 + own.length
    if (nodes > bounds.nodes || open.length >= bounds.depth) throw new Failure('tooLarge', 'XML: too many elements')
    const plain = new Map<string, string>()
    const qualified = new Map<string, string>()
    for (const { uri: ns, prefix, local: name, value } of own) {
      if (prefix === 'xmlns' || (prefix === '' && name === 'xmlns')) continue
      if (ns === '') plain.set(name, value)
      else qualified.set(`{${ns}}${name}`, value)
    }
    open.push({ element: { ns: uri, name: local, attributes: plain, qualified, children: [], text: '' } })
  })
  const addText = (piece: string): void => {
    const top = open.at(-1)
    if (top) top.element.text += piece
  }
  parser.on('text', addText)
  if (bounds.cdata) parser.on('cdata', addText)
  parser.on('closetag', () => {
    const { element } = open.pop() ?? refuse('unbalanced')
    if (element.children.length > 0) {
      if (element.text.trim() !== '') refuse('text beside elements is not accepted')
      element.text = ''
    }
    const parent = open.at(-1)
    if (parent) parent.element.children.push(element)
    else root = element
  })
  parser.write(text.startsWith('\uFEFF') ? text.slice(1) : text).close()
  return root ?? refuse('there is no element')
}

/** True when an element has this namespace and name. */
export const isNamed = (element: XmlElement, ns: string, name: string): boolean =>
  element.ns === ns && element.name === name

/** The children of a name, in order. */
export const childrenNamed = (element: XmlElement, ns: string, name: string): readonly XmlElement[] =>
  element.children.filter((child) => isNamed(child, ns, name))

/** The one child of a name, or undefined. Throws Failure invalid when there are several: which one is meant? */
export const childNamed = (element: XmlElement, ns: string, name: string): XmlElement | undefined => {
  const [first, second] = childrenNamed(element, ns, name)
  return second === undefined ? first : refuse(`several ${name}`)
}

/** Every element below (and with) this one. */
export const everyElement = function* (element: XmlElement): Generator<XmlElement> {
  yield element
  for (const child of element.children) yield* everyElement(child)
}
