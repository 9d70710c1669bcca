/** Services and providers as the administration reads and writes them. */
import {
  type Answer,
  ask,
  type Body,
  list,
  momentOf,
  nothing,
  numberOr,
  record,
  records,
  text,
} from '../../../shell/request.ts'
import { askSurely } from '../../../shell/step-up.tsx'
import { act } from '../requests.ts'

const texts = (value: unknown): readonly string[] => list(value).map(text)

export interface CertificateEnd {
  readonly fingerprint: string
  readonly endsAt: number
}

const readCertificate = (one: Body): CertificateEnd => ({
  fingerprint: text(one.fingerprint),
  endsAt: numberOr(one.endsAt, 0),
})

export interface Service {
  readonly id: number
  readonly protocol: 'cas' | 'oidc' | 'saml'
  readonly name: string
  readonly key: string
  readonly isActive: boolean
  readonly rules: Body
  readonly config: Body
  readonly certificates: readonly CertificateEnd[]
}

export interface ServiceChoices {
  readonly attributes: readonly string[]
  readonly identifiers: readonly string[]
  readonly profiles: readonly string[]
  readonly scopes: readonly string[]
  readonly grants: readonly string[]
  readonly algorithms: readonly string[]
}

const protocolOf = (value: unknown): Service['protocol'] => (value === 'oidc' || value === 'saml' ? value : 'cas')

const readService = (one: Body): Service => ({
  id: numberOr(one.id, 0),
  protocol: protocolOf(one.protocol),
  name: text(one.name),
  key: text(one.key),
  isActive: one.status === 'active',
  rules: record(one.rules),
  config: record(one.config),
  certificates: records(one.certificates).map(readCertificate),
})

export interface Services {
  readonly services: readonly Service[]
  readonly choices: ServiceChoices
}

export const loadServices = (): Promise<Answer<Services>> =>
  ask('/admin/services', undefined, (answer) => {
    const choices = record(answer.choices)
    return {
      services: records(answer.services).map(readService),
      choices: {
        attributes: texts(choices.attributes),
        identifiers: texts(choices.identifiers),
        profiles: texts(choices.profiles),
        scopes: texts(choices.scopes),
        grants: texts(choices.grants),
        algorithms: texts(choices.algorithms),
      },
    }
  })

/** Declares a service; its secret is there once, when it has one. */
export const declareService = (body: Body) =>
  act('services', body, (answer) => ({
    id: numberOr(record(answer.service).id, 0),
    secret: text(answer.secret),
  }))
export const changeService = (id: number, body: Body) => act(`services/${id}`, body, nothing)
export const renewSecret = (id: number) => act(`services/${id}/secret`, {}, (answer) => text(answer.secret))

export interface Metadata {
  readonly name: string
  readonly key: string
  readonly acs: readonly string[]
  readonly certificates: readonly CertificateEnd[]
}

export const readMetadata = (metadata: string) =>
  act(
    'services/metadata',
    { metadata },
    (answer): Metadata => ({
      name: text(answer.name),
      key: text(answer.key),
      acs: texts(answer.acs),
      certificates: records(answer.certificates).map(readCertificate),
    }),
  )

export const matchAddress = (address: string) =>
  act('services/match', { address }, (answer) =>
    records(answer.services).map((one) => ({ name: text(one.name), key: text(one.key) })),
  )

export interface ProfilePreview {
  readonly kind: string
  readonly schoolName: string
  readonly enters: boolean
  readonly identifier: string
  readonly attributes: readonly (readonly [name: string, values: string])[]
}

export const previewService = (body: Body) =>
  act('services/preview', body, (answer) => ({
    name: text(answer.name),
    login: text(answer.login),
    profiles: records(answer.profiles).map(
      (one): ProfilePreview => ({
        kind: text(record(one.profile).kind),
        schoolName: text(record(one.profile).schoolName),
        enters: one.enters === true,
        identifier: text(one.identifier),
        attributes: Object.entries(record(one.attributes)).map(([name, values]) => [name, texts(values).join(', ')]),
      }),
    ),
  }))

export interface Provider {
  readonly id: string
  readonly protocol: 'oidc' | 'saml'
  readonly name: string
  readonly audience: readonly string[]
  readonly order: number
  readonly isActive: boolean
  readonly config: Body
}

export interface Providers {
  readonly providers: readonly Provider[]
  readonly matchings: readonly string[]
  readonly facts: readonly string[]
  readonly logouts: readonly string[]
  readonly profiles: readonly string[]
  readonly presets: Readonly<Record<'oidc' | 'saml', readonly string[]>>
}

export const loadProviders = (): Promise<Answer<Providers>> =>
  ask('/admin/providers', undefined, (answer) => {
    const choices = record(answer.choices)
    const presets = record(choices.presets)
    return {
      providers: records(answer.providers).map((one) => ({
        id: text(one.id),
        protocol: one.protocol === 'saml' ? 'saml' : 'oidc',
        name: text(one.name),
        audience: texts(one.audience),
        order: numberOr(one.sortOrder, 50),
        isActive: one.status === 'active',
        config: record(one.config),
      })),
      matchings: texts(choices.matchings),
      facts: texts(choices.facts),
      logouts: texts(choices.logouts),
      profiles: texts(choices.profiles),
      presets: { oidc: texts(presets.oidc), saml: texts(presets.saml) },
    }
  })

export const declareProvider = (body: Body) => act('providers', body, nothing)
export const changeProvider = (id: string, body: Body) => act(`providers/${id}`, body, nothing)

/** `reached` is null where there is nobody to ask (SAML). */
export const tryProvider = (id: string) =>
  act(`providers/${id}/try`, {}, (answer) => ({
    reached: typeof answer.reached === 'boolean' ? answer.reached : null,
    where: text(answer.where),
    why: text(answer.why),
    certificates: records(answer.certificates).map(readCertificate),
  }))

/** Opens, closes or removes one of either list. */
export const setOpen = (kind: 'services' | 'providers', id: string | number, open: boolean) =>
  act(`${kind}/${id}/status`, { status: open ? 'active' : 'disabled' }, nothing)
export const removeOne = (kind: 'services' | 'providers', id: string | number) =>
  act(`${kind}/${id}/remove`, {}, nothing)

export interface Registration {
  /** In clear, this once. */
  readonly token: string
  readonly expiresAt: number | undefined
}

/** A token with which services register themselves for so many days. */
export const giveRegistration = (label: string, days: number): Promise<Answer<Registration>> =>
  askSurely('/auth/admin/oidc/registration', { label, days }, (answer) => ({
    token: text(answer.token),
    expiresAt: momentOf(answer.expiresAt),
  }))
