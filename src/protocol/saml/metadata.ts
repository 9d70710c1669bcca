/** Metadata (saml-metadata): ours, signed; and those of partners, as a file that an administrator gives. */
import { Failure } from '#base/failure.ts'
import { childNamed, childrenNamed, documentBounds, isNamed, parseXml, type XmlElement } from '#format/xml/parse.ts'
import { element, textElement } from '#format/xml/write.ts'
import { certificatePem, certificateText } from './certificates.ts'
import { instant, newId } from './message.ts'
import { binding, nameIdFormat, ns } from './names.ts'
import { type SigningKey, signXml } from './signature.ts'

const keyDescriptor = (use: string, certificate: string): string =>
  element(
    'md:KeyDescriptor',
    { use },
    element(
      'ds:KeyInfo',
      { 'xmlns:ds': ns.ds },
      element('ds:X509Data', {}, textElement('ds:X509Certificate', certificateText(certificate))),
    ),
  )

const endpoint = (name: string, Binding: string, Location: string, extra = {}): string =>
  element(`md:${name}`, { Binding, Location, ...extra })

export interface OurMetadata {
  readonly entityId: string
  readonly now: number
  /** PEM; several while a key is being replaced. */
  readonly certificates: readonly string[]
  readonly name: string
}

const descriptor = ({ entityId, now }: OurMetadata, role: string): string =>
  element(
    'md:EntityDescriptor',
    {
      'xmlns:md': ns.metadata,
      ID: newId(),
      entityID: entityId,
      validUntil: instant(now + 14 * 24 * 3_600_000),
      cacheDuration: 'PT6H',
    },
    role,
  )

const display = (name: string): string =>
  element(
    'md:Extensions',
    {},
    element('mdui:UIInfo', { 'xmlns:mdui': ns.mdui }, textElement('mdui:DisplayName', name, { 'xml:lang': 'fr' })),
  )

/** Metadata of our identity provider, signed. `sso` and `slo` take redirects and posts. */
export const writeIdpMetadata = (ours: OurMetadata, sso: string, slo: string, key: SigningKey): string =>
  signXml(
    descriptor(
      ours,
      element(
        'md:IDPSSODescriptor',
        { protocolSupportEnumeration: ns.protocol, WantAuthnRequestsSigned: 'false' },
        display(ours.name),
        ...ours.certificates.map((certificate) => keyDescriptor('signing', certificate)),
        endpoint('SingleLogoutService', binding.redirect, slo),
        endpoint('SingleLogoutService', binding.post, slo),
        ...Object.values(nameIdFormat).map((format) => textElement('md:NameIDFormat', format)),
        endpoint('SingleSignOnService', binding.redirect, sso),
        endpoint('SingleSignOnService', binding.post, sso),
      ),
    ),
    key,
  )

/** Metadata of ours as a service of another provider, signed. */
export const writeSpMetadata = (ours: OurMetadata, acs: string, slo: string, key: SigningKey): string =>
  signXml(
    descriptor(
      ours,
      element(
        'md:SPSSODescriptor',
        { protocolSupportEnumeration: ns.protocol, AuthnRequestsSigned: 'true', WantAssertionsSigned: 'true' },
        display(ours.name),
        ...ours.certificates.map((certificate) => keyDescriptor('signing', certificate)),
        ...ours.certificates.map((certificate) => keyDescriptor('encryption', certificate)),
        endpoint('SingleLogoutService', binding.redirect, slo),
        endpoint('AssertionConsumerService', binding.post, acs, { index: '0', isDefault: 'true' }),
      ),
    ),
    key,
  )

export interface Endpoint {
  readonly binding: string
  readonly location: string
  /** Where answers go when not to `location` (saml-metadata §2.2.2). */
  readonly responseLocation: string | undefined
  readonly index: number
  readonly isDefault: boolean
}

export interface RoleMetadata {
  readonly signing: readonly string[]
  readonly encryption: readonly string[]
  readonly nameIdFormats: readonly string[]
  readonly slo: readonly Endpoint[]
}

export interface EntityMetadata {
  readonly entityId: string
  readonly displayName: string | undefined
  readonly idp?: RoleMetadata & { readonly sso: readonly Endpoint[]; readonly wantRequestsSigned: boolean }
  readonly sp?: RoleMetadata & { readonly acs: readonly Endpoint[]; readonly requestsSigned: boolean }
}

const isAddress = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '') && text.length <= 2048

const readEndpoints = (role: XmlElement, name: string): Endpoint[] =>
  childrenNamed(role, ns.metadata, name).flatMap(({ attributes }, at) => {
    const location = attributes.get('Location') ?? ''
    if (!isAddress(location)) return []
    const answers = attributes.get('ResponseLocation') ?? ''
    const isDefault = attributes.get('isDefault') === 'true' || attributes.get('isDefault') === '1'
    const index = Number(attributes.get('index') ?? at)
    const responseLocation = isAddress(answers) ? answers : undefined
    return [{ binding: attributes.get('Binding') ?? '', location, responseLocation, index, isDefault }]
  })

const certificatesOf = (role: XmlElement, use: 'signing' | 'encryption'): string[] =>
  childrenNamed(role, ns.metadata, 'KeyDescriptor')
    .filter(({ attributes }) => (attributes.get('use') ?? use) === use)
    .flatMap((holder) => childrenNamed(holder, ns.ds, 'KeyInfo'))
    .flatMap((info) => childrenNamed(info, ns.ds, 'X509Data'))
    .flatMap((data) => childrenNamed(data, ns.ds, 'X509Certificate'))
    .map(({ text }) => certificatePem(text))

const readRole = (role: XmlElement): RoleMetadata => ({
  signing: certificatesOf(role, 'signing'),
  encryption: certificatesOf(role, 'encryption'),
  nameIdFormats: childrenNamed(role, ns.metadata, 'NameIDFormat').map(({ text }) => text.trim()),
  slo: readEndpoints(role, 'SingleLogoutService'),
})

const isTrue = (role: XmlElement, name: string): boolean => ['true', '1'].includes(role.attributes.get(name) ?? '')

const displayNameOf = (role: XmlElement | undefined): string | undefined => {
  const extensions = role && childNamed(role, ns.metadata, 'Extensions')
  const info = extensions && childrenNamed(extensions, ns.mdui, 'UIInfo')[0]
  const [name] = info ? childrenNamed(info, ns.mdui, 'DisplayName') : []
  return name?.text.trim().slice(0, 100) || undefined
}

const readEntity = (entity: XmlElement): EntityMetadata => {
  const entityId = entity.attributes.get('entityID') ?? ''
  if (entityId === '' || entityId.length > 1000) throw new Failure('invalid', 'metadata: no entityID')
  const roles = (name: string) =>
    childrenNamed(entity, ns.metadata, name).find(({ attributes }) =>
      (attributes.get('protocolSupportEnumeration') ?? '').split(/\s+/).includes(ns.protocol),
    )
  const idp = roles('IDPSSODescriptor')
  const sp = roles('SPSSODescriptor')
  return {
    entityId,
    displayName: displayNameOf(sp ?? idp),
    ...(idp && {
      idp: {
        ...readRole(idp),
        sso: readEndpoints(idp, 'SingleSignOnService'),
        wantRequestsSigned: isTrue(idp, 'WantAuthnRequestsSigned'),
      },
    }),
    ...(sp && {
      sp: {
        ...readRole(sp),
        acs: readEndpoints(sp, 'AssertionConsumerService'),
        requestsSigned: isTrue(sp, 'AuthnRequestsSigned'),
      },
    }),
  }
}

/** saml-metadata §2.2.1: what has expired says nothing any more. */
const checkValid = (holder: XmlElement, now: number): void => {
  const until = holder.attributes.get('validUntil')
  if (until === undefined) return
  const end = Date.parse(until)
  if (Number.isNaN(end) || end <= now) throw new Failure('invalid', 'metadata: they have expired')
}

/** The entities of a file with what they stand in: groups may stand in groups, as deep as the parser lets them. */
const entitiesIn = (holder: XmlElement, around: readonly XmlElement[] = []): (readonly XmlElement[])[] => {
  const path = [holder, ...around]
  if (!isNamed(holder, ns.metadata, 'EntitiesDescriptor')) return [path]
  return holder.children.flatMap((child) => entitiesIn(child, path))
}

/**
 * Reads a partner's metadata; of a federation's file, the entity named. It is believed because an administrator gave it.
 * Throws Failure invalid.
 */
export const readMetadata = (xml: string, entityId?: string, now = Date.now()): EntityMetadata => {
  const wanted = entitiesIn(parseXml(xml, documentBounds)).filter(
    ([one]) =>
      one &&
      isNamed(one, ns.metadata, 'EntityDescriptor') &&
      (entityId === undefined || one.attributes.get('entityID') === entityId),
  )
  const [[entity, ...around] = [], second] = wanted
  if (!entity) throw new Failure('invalid', 'metadata: there is no such entity')
  if (second) throw new Failure('invalid', 'metadata: there are several entities, name one')
  for (const holder of [entity, ...around]) checkValid(holder, now)
  return readEntity(entity)
}
