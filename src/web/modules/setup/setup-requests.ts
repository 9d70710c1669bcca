/** Setting up devices over plain HTTP; answers are checked, none trusted. */
import { type Answer, ask, type Body, momentOf, nothing, numberOr, record, records, text } from '../../shell/request.ts'
import { askSurely } from '../../shell/step-up.tsx'

type When = number | undefined

export interface DeviceLink {
  readonly url: string
  /** SVG. */
  readonly qr: string
  readonly since: number
}

export const makeLink = () =>
  askSurely(
    '/auth/setup/link',
    {},
    (answer): DeviceLink => ({ url: text(answer.url), qr: text(answer.qr), since: numberOr(answer.since, 0) }),
  )

export interface Server {
  readonly port: number
  readonly security: string
}

export interface ReadyDevice {
  readonly since: number
  readonly label: string
  readonly address: string
  readonly login: string
  readonly password: string
  readonly host: string
  readonly imap: Server
  /** The address of one's contacts for programs (CardDAV). */
  readonly contacts: string
  readonly smtp: Server
  /** Path of its configuration profile; empty: it takes none. */
  readonly profile: string
  /** SVG for Thunderbird for Android; empty: none. */
  readonly thunderbird: string
}

const readServer = (value: unknown): Server => {
  const { port, security } = record(value)
  return { port: numberOr(port, 0), security: security === 'starttls' ? 'STARTTLS' : 'SSL/TLS' }
}

const readReady = (answer: Body): ReadyDevice => {
  const account = record(answer.account)
  return {
    since: numberOr(answer.since, 0),
    label: text(answer.label),
    address: text(account.address),
    login: text(account.login),
    password: text(account.password),
    host: text(account.host),
    imap: readServer(account.imap),
    contacts: text(account.contacts),
    smtp: readServer(account.smtp),
    profile: text(answer.profile),
    thunderbird: text(answer.thunderbird),
  }
}

export const readyDevice = (device: string, label: string) =>
  askSurely('/auth/setup/device', { device, label }, readReady)

export interface Watch {
  readonly devices: readonly {
    readonly id: number
    readonly label: string
    readonly connectedAt: When
    readonly failedAt: When
  }[]
  /** Why a program was refused last; empty: none was. */
  readonly refusal: string
  readonly messages: number
}

export const watch = (since: number): Promise<Answer<Watch>> =>
  ask(`/auth/setup/watch?since=${Math.trunc(since)}`, undefined, (answer) => ({
    devices: records(answer.devices).map((one) => ({
      id: numberOr(one.id, 0),
      label: text(one.label),
      connectedAt: momentOf(one.connectedAt),
      failedAt: momentOf(one.failedAt),
    })),
    refusal: text(record(answer.refusal).reason),
    messages: numberOr(answer.messages, 0),
  }))

export interface FirstDay {
  readonly shown: boolean
  readonly beganAt: number
  readonly sentAt: When
  readonly deviceAt: When
  readonly finishedAt: When
}

export const loadFirstDay = (): Promise<Answer<FirstDay>> =>
  ask('/auth/first-day', undefined, (answer) => ({
    shown: answer.shown === true,
    beganAt: numberOr(answer.beganAt, 0),
    sentAt: momentOf(answer.sentAt),
    deviceAt: momentOf(answer.deviceAt),
    finishedAt: momentOf(answer.finishedAt),
  }))

export const hideFirstDay = () => ask('/auth/first-day/hide', {}, nothing)
