/** How each audience may sign in, what does not work at present, and who can help: read from the server, kept a minute. */
import type { Audience } from '../../shell/preferences.ts'
import { ask, type Body, list, momentOf, record, records, text } from '../../shell/request.ts'

export interface Incident {
  readonly title: string
  readonly body: string
  /** Planned work, under way or to come; anything else is a trouble. */
  readonly isPlanned: boolean
  /** When it begins, in milliseconds. */
  readonly since: number | undefined
}

export interface Method {
  /** `password`, `passkey`, or a provider's own id. */
  readonly id: string
  readonly name: string
  /** Where the browser goes, for providers. */
  readonly url: string
  readonly incidents: readonly Incident[]
}

export interface Contact {
  readonly name: string
  readonly phone: string
  readonly mail: string
  readonly open: boolean
  /** Milliseconds since 1970. */
  readonly until: number | undefined
  readonly opensAt: number | undefined
}

export interface Methods {
  readonly methods: readonly Method[]
  /** Maintenance of the next days. */
  readonly planned: readonly Incident[]
  readonly contacts: readonly Contact[]
  /** Host that people should see in the browser's bar; empty when the server does not know it. */
  readonly address: string
}

const byLanguage = (value: unknown): string => {
  if (typeof value === 'string') return value
  const given = record(value)
  return text(given[document.documentElement.lang]) || text(given.fr)
}

const readIncident = (one: unknown): Incident => {
  if (typeof one === 'string') return { title: one, body: '', isPlanned: false, since: undefined }
  const given = record(one)
  return {
    title: byLanguage(given.title),
    body: byLanguage(given.body),
    isPlanned: given.kind === 'maintenance',
    since: momentOf(given.since),
  }
}

export const readContact = (one: Body): Contact => ({
  name: byLanguage(one.name),
  phone: text(one.phone),
  mail: text(one.mail),
  open: one.open === true,
  until: momentOf(one.until),
  opensAt: momentOf(one.opensAt),
})

/** Only paths of our own server are followed. */
const pathOf = (value: unknown): string => (/^\/(?![/\\])/.test(text(value)) ? text(value) : '')

export const readMethods = (answer: Body): Methods => ({
  methods: records(answer.methods).map((one) => ({
    id: text(one.id),
    name: byLanguage(one.name),
    url: pathOf(one.url),
    incidents: list(one.incidents).map(readIncident),
  })),
  planned: list(answer.planned).map(readIncident),
  contacts: records(answer.contacts).map(readContact),
  address: text(answer.address),
})

export const noMethods: Methods = {
  methods: [{ id: 'password', name: '', url: '', incidents: [] }],
  planned: [],
  contacts: [],
  address: '',
}

const kept = new Map<string, Promise<Methods>>()

/** Never fails: without an answer, the password form is offered. */
export const loadMethods = (audience: Audience): Promise<Methods> => {
  const key = `${audience} ${document.documentElement.lang}`
  const found = kept.get(key)
  if (found) return found
  const asked = ask(`/auth/methods?audience=${audience}`, undefined, readMethods).then((answer) => {
    if (answer.kind === 'ok') {
      setTimeout(() => kept.delete(key), 60_000)
      return answer.value.methods.length === 0 ? { ...answer.value, methods: noMethods.methods } : answer.value
    }
    kept.delete(key)
    return noMethods
  })
  kept.set(key, asked)
  return asked
}
