/** Who is signed in, by plain HTTP (it must work when nothing else does). Every answer is checked, none trusted. */
import { type Body, numberOr, record, records, text } from './request.ts'
import { createValue } from './value.ts'

export interface DemoAccount {
  readonly login: string
  readonly name: string
  readonly profile: string
}

/** One of a person's reasons to be here; the session has one at a time. */
export interface Profile {
  readonly id: number
  /** teacher, head, pupil, parent... */
  readonly kind: string
  readonly uai: string
  readonly schoolName: string
  readonly title: string
  readonly classes: readonly string[]
}

export interface Session {
  readonly signedIn: boolean
  /** The session this browser had was ended from elsewhere: what it kept must go. */
  readonly revoked: boolean
  readonly name: string
  readonly email: string
  readonly login: string
  /** Of what the platform writes to this person: `fr` or `en`. */
  readonly locale: string
  readonly admin: boolean
  /** By the account; `admin` also needs a session that is strong enough. */
  readonly administrator: boolean
  readonly profiles: readonly Profile[]
  /** The session's profile; undefined when none is chosen (or there is none). */
  readonly profile: number | undefined
  /** 1, 2 or 3: how strongly the person has proved who they are. */
  readonly acr: number
  /** Until when sensitive acts are not asked about again, ms. */
  readonly steppedUpUntil: number
  /** The person must add a strong factor before anything else. */
  readonly mustEnrol: boolean
  readonly mustChangePassword: boolean
  /** On a shared computer: nothing may stay on its disk. */
  readonly shared: boolean
  /** Schools for which the person may do something in administration; the server decides each act again. */
  readonly delegated: boolean
  /** There are people to whom the person may write official notices and whom they may ask for documents. */
  readonly addresses: boolean
  /** Ports and host for phones, when the server tells them. */
  readonly mail: Readonly<Record<string, unknown>> | undefined
  readonly demo:
    | {
        readonly accounts: readonly DemoAccount[]
        readonly password: string
        /** Small programs that run beside the demonstration and open with this sign-in. */
        readonly services: readonly { readonly name: string; readonly url: string }[]
      }
    | undefined
}

/** Undefined until the first answer. */
export const session = createValue<Session | undefined>(undefined)

/** Login of the person whose mail was kept here; known without a network. */
export const keptFor = createValue<string | undefined>(undefined)

/** Whose page this is, as far as it is known. */
export const ownerLogin = (): string | undefined => session.get()?.login || keptFor.get()

const demoOf = (value: unknown): Session['demo'] => {
  const demo = record(value)
  if (!Array.isArray(demo.accounts)) return
  const accounts = records(demo.accounts).map((account) => ({
    login: text(account.login),
    name: text(account.name),
    profile: text(account.profile),
  }))
  const services = records(demo.services)
    .map(({ name, url }) => ({ name: text(name), url: text(url) }))
    .filter(({ url }) => /^http:\/\/localhost:\d+\/$/.test(url))
  return { accounts, password: text(demo.password), services }
}

/** Ignores what is not a profile. */
export const readProfiles = (value: unknown): readonly Profile[] =>
  records(value).flatMap((one) =>
    typeof one.id === 'number'
      ? [
          {
            id: one.id,
            kind: text(one.kind),
            uai: text(one.uai),
            schoolName: text(one.schoolName),
            title: text(one.title),
            classes: Array.isArray(one.classes) ? one.classes.filter((name) => typeof name === 'string') : [],
          },
        ]
      : [],
  )

/** `urn:convergence:acr:2`, or the number alone. */
const acrOf = (value: unknown): number => Number(/([123])$/.exec(String(value ?? ''))?.[1] ?? 1)

const profileOf = (answer: Body): number | undefined => {
  const { profile } = answer
  if (typeof profile === 'number') return profile
  const id = record(profile).id
  return typeof id === 'number' ? id : undefined
}

export const readSession = (value: unknown): Session => {
  const answer = record(value)
  return {
    signedIn: answer.signedIn === true,
    revoked: answer.ended === 'revoked',
    name: text(answer.name),
    email: text(answer.email),
    login: text(answer.login),
    locale: text(answer.locale),
    admin: answer.admin === true,
    administrator: answer.administrator === true || answer.admin === true,
    profiles: readProfiles(answer.profiles),
    profile: profileOf(answer),
    acr: acrOf(answer.acr),
    steppedUpUntil: numberOr(answer.steppedUpUntil, 0),
    mustEnrol: answer.mustEnrol === true,
    mustChangePassword: answer.mustChangePassword === true,
    shared: answer.shared === true,
    delegated: answer.delegated === true,
    addresses: answer.addresses === true,
    mail: typeof answer.mail === 'object' && answer.mail !== null ? record(answer.mail) : undefined,
    demo: demoOf(answer.demo),
  }
}

declare global {
  /** Asked by the page's first script (first/first.ts), while this program was on its way. */
  var convergenceSession: Promise<Response> | undefined
}

/** Once: what is asked later is asked anew. */
const takeEarly = (): Promise<Response> | undefined => {
  const early = globalThis.convergenceSession
  globalThis.convergenceSession = undefined
  return early
}

/** What the answer to a sign-in says of the session that it opened. */
export const takeSession = (told: Body): void => session.set(readSession(told))

/** Asks the server who we are. Throws when it cannot be reached. */
export const refreshSession = async (): Promise<Session> => {
  const asked = () =>
    fetch('/auth/session', {
      credentials: 'same-origin',
      headers: { accept: 'application/json' },
      cache: 'no-store',
    })
  const response = await (takeEarly() ?? asked())
  if (!response.ok && response.status !== 401) throw new Error(`session: ${response.status}`)
  const answer = readSession(await response.json())
  session.set(answer)
  return answer
}

/** Ends the session; resolves with what the server said of it. */
export const signOut = async (): Promise<Body> => {
  const response = await fetch('/auth/logout', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf': '1' },
    body: '{}',
  }).catch(() => undefined)
  return record(await response?.json().catch(() => undefined))
}
