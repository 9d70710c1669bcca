/** AuthnRequest (saml-core §3.4.1; saml-profiles §4.1): a service asks who somebody is. */
import { Failure } from '#base/failure.ts'
import { childNamed, childrenNamed, type XmlElement } from '#format/xml/parse.ts'
import { element, textElement } from '#format/xml/write.ts'
import { boundedText, type Envelope, type Opening, readEnvelope, writeMessage } from './message.ts'
import { binding, ns } from './names.ts'

export interface RequestedContext {
  readonly comparison: 'exact' | 'minimum' | 'maximum' | 'better'
  readonly classes: readonly string[]
  /** It names declarations, of which we know none. */
  readonly declared: boolean
}

export interface AuthnRequest extends Envelope {
  readonly acsUrl: string | undefined
  readonly acsIndex: number | undefined
  readonly binding: string | undefined
  readonly forceAuthn: boolean
  readonly isPassive: boolean
  readonly nameIdFormat: string | undefined
  readonly context: RequestedContext | undefined
}

const truth = (element: XmlElement, name: string): boolean => {
  const value = element.attributes.get(name)
  return value === 'true' || value === '1'
}

const readContext = (request: XmlElement): RequestedContext | undefined => {
  const asked = childNamed(request, ns.protocol, 'RequestedAuthnContext')
  if (!asked) return
  const comparison = asked.attributes.get('Comparison') ?? 'exact'
  if (comparison !== 'exact' && comparison !== 'minimum' && comparison !== 'maximum' && comparison !== 'better')
    throw new Failure('invalid', 'SAML: unknown comparison')
  const classes = childrenNamed(asked, ns.assertion, 'AuthnContextClassRef').map(({ text }) => boundedText(text))
  if (classes.length > 20) throw new Failure('invalid', 'SAML: too many classes')
  return { comparison, classes, declared: childNamed(asked, ns.assertion, 'AuthnContextDeclRef') !== undefined }
}

/** Reads a request. Throws Failure invalid. */
export const readAuthnRequest = (request: XmlElement): AuthnRequest => {
  if (request.ns !== ns.protocol || request.name !== 'AuthnRequest')
    throw new Failure('invalid', 'SAML: an AuthnRequest was expected')
  // A request about somebody in particular (saml-core §3.4.1) could be used to learn who is signed in.
  if (childNamed(request, ns.assertion, 'Subject')) throw new Failure('invalid', 'SAML: Subject is not supported')
  const index = request.attributes.get('AssertionConsumerServiceIndex')
  if (index !== undefined && !/^\d{1,5}$/.test(index)) throw new Failure('invalid', 'SAML: not an index')
  return {
    ...readEnvelope(request),
    acsUrl: request.attributes.get('AssertionConsumerServiceURL'),
    acsIndex: index === undefined ? undefined : Number(index),
    binding: request.attributes.get('ProtocolBinding'),
    forceAuthn: truth(request, 'ForceAuthn'),
    isPassive: truth(request, 'IsPassive'),
    nameIdFormat: childNamed(request, ns.protocol, 'NameIDPolicy')?.attributes.get('Format'),
    context: readContext(request),
  }
}

export interface RequestWanted {
  readonly acs: string
  readonly forceAuthn?: boolean
  readonly nameIdFormat?: string
  readonly classes?: readonly string[]
}

/** Writes a request, for when we are the service. */
export const writeAuthnRequest = (opening: Opening, wanted: RequestWanted): string => {
  const { acs, forceAuthn, nameIdFormat, classes = [] } = wanted
  return writeMessage(
    'AuthnRequest',
    opening,
    {
      AssertionConsumerServiceURL: acs,
      ProtocolBinding: binding.post,
      ForceAuthn: forceAuthn ? 'true' : undefined,
    },
    element('samlp:NameIDPolicy', { Format: nameIdFormat, AllowCreate: 'true' }),
    classes.length === 0
      ? ''
      : element(
          'samlp:RequestedAuthnContext',
          { Comparison: 'exact' },
          ...classes.map((one) => textElement('saml:AuthnContextClassRef', one)),
        ),
  )
}
