/** Administration over plain HTTP. The server checks every right again; this only reads and asks. */
import { type Answer, ask, type Body, list, momentOf, numberOr, record, records, text } from '../../shell/request.ts'
import { askSurely, stepUp } from '../../shell/step-up.tsx'

type When = number | undefined

export interface School {
  readonly uai: string
  readonly name: string
  readonly role: string
  readonly tasks: readonly string[]
}

export interface TaskOf {
  readonly id: string
  readonly name: string
  /** May be given in a school. */
  readonly isDelegable: boolean
  /** May be given for the whole académie. */
  readonly isForAcademy: boolean
}

export interface Scope {
  /** False: a second proof is needed first. */
  readonly isStrong: boolean
  readonly isPlatform: boolean
  readonly schools: readonly School[]
  readonly tasks: readonly TaskOf[]
  /** Tasks held for the whole académie. */
  readonly academy: readonly string[]
  readonly kinds: readonly string[]
  /** What the viewer may do about reported frauds. */
  readonly frauds: readonly string[]
}

/** Texts of a list. */
export const words = (value: unknown): readonly string[] => list(value).map(text)

/** The name in the page's language. */
export const localName = (one: Body): string => text(one[document.documentElement.lang]) || text(one.fr)

export const loadScope = (): Promise<Answer<Scope>> =>
  ask('/admin/scope', undefined, (answer) => ({
    isStrong: answer.isStrong !== false,
    isPlatform: answer.platform === true,
    schools: records(answer.schools).map((one) => ({
      uai: text(one.uai),
      name: text(one.name),
      role: text(one.role),
      tasks: words(one.tasks),
    })),
    tasks: records(answer.tasks).map((one) => ({
      id: text(one.id),
      name: localName(one),
      isDelegable: one.delegable === true,
      isForAcademy: one.academy === true,
    })),
    academy: words(answer.academy),
    kinds: words(answer.profileKinds),
    frauds: words(answer.frauds),
  }))

export interface PersonProfile {
  readonly id: number
  readonly kind: string
  readonly uai: string
  readonly schoolName: string
  readonly title: string
  /** `manual`: given by hand; otherwise the register that vouches for it. */
  readonly source: string
  readonly classes: readonly string[]
}

export interface Person {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly email: string
  readonly birthDate: string
  readonly state: string
  readonly lastSignInAt: When
  readonly profiles: readonly PersonProfile[]
}

const readPerson = (one: Body): Person => ({
  id: numberOr(one.id, 0),
  login: text(one.login),
  name: text(one.name),
  email: text(one.email),
  birthDate: text(one.birthDate),
  state: text(one.state),
  lastSignInAt: momentOf(one.lastSignInAt),
  profiles: records(one.profiles).map((profile) => ({
    id: numberOr(profile.id, 0),
    kind: text(profile.kind),
    uai: text(profile.uai),
    schoolName: text(profile.schoolName),
    title: text(profile.title),
    source: text(profile.source),
    classes: words(profile.classes),
  })),
})

/** `?q=…`, of what is not empty. */
export const query = (given: Readonly<Record<string, string | undefined>>): string => {
  const filled = Object.entries(given).filter((pair): pair is [string, string] => (pair[1] ?? '') !== '')
  return filled.length === 0 ? '' : `?${new URLSearchParams(filled)}`
}

export interface PeoplePage {
  readonly people: readonly Person[]
  readonly next: string
}

export const loadPeople = (search: Readonly<Record<string, string | undefined>>): Promise<Answer<PeoplePage>> =>
  ask(`/admin/people${query(search)}`, undefined, (answer) => ({
    people: records(answer.people).map(readPerson),
    next: text(answer.next),
  }))

interface Relative {
  readonly id: number
  readonly name: string
  readonly more: string
}

export interface PersonCard extends Person {
  readonly source: string
  readonly rescueMail: string
  readonly phone: string
  readonly activatedAt: When
  readonly blockedAt: When
  readonly blockReason: string
  readonly endsAt: When
  readonly lockedUntil: When
  readonly factors: readonly string[]
  readonly sessions: number
  readonly children: readonly Relative[]
  readonly adults: readonly Relative[]
  readonly groups: readonly string[]
  readonly may: readonly string[]
}

const readRelative = (one: Body): Relative => ({
  id: numberOr(one.id, 0),
  name: text(one.name),
  more: [...words(one.schools), ...words(one.classes)].join(' · '),
})

export const loadPerson = (id: string): Promise<Answer<PersonCard>> =>
  ask(`/admin/people/${encodeURIComponent(id)}`, undefined, (one) => ({
    ...readPerson(one),
    source: text(one.source),
    rescueMail: text(one.rescueMail),
    phone: text(one.phone),
    activatedAt: momentOf(one.activatedAt),
    blockedAt: momentOf(one.blockedAt),
    blockReason: text(one.blockReason),
    endsAt: momentOf(one.endsAt),
    lockedUntil: momentOf(one.lockedUntil),
    factors: words(one.factors),
    sessions: numberOr(one.sessions, 0),
    children: records(one.children).map(readRelative),
    adults: records(one.adults).map(readRelative),
    groups: records(one.groups).map((group) => text(group.name)),
    may: words(one.may),
  }))

export interface Code {
  readonly login: string
  readonly name: string
  readonly code: string
  readonly expiresAt: When
}

const readCode = (one: Body): Code => ({
  login: text(one.login),
  name: text(one.name),
  code: text(one.code),
  expiresAt: momentOf(one.expiresAt),
})

/** A write of administration, with the same answer read by `read`. */
export const act = <T>(path: string, body: Body, read: (answer: Body) => T): Promise<Answer<T>> =>
  askSurely(`/admin/${path}`, body, read)

export const giveCode = (id: number) => act('people/code', { id }, readCode)
export const collectCode = (id: number) => act(`recovery-cases/${id}/collect`, {}, readCode)
export const giveIdentifier = (id: number) =>
  act(`people/${id}/identifier`, {}, (one) => ({ login: text(one.login), email: text(one.email) }))

/** A file that the server makes; asks again who one is when it must. */
export const takeFile = async (path: string, body: Body, type: string, again = true): Promise<Answer<Blob>> => {
  try {
    const response = await fetch(`/admin/${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        'content-type': 'application/json',
        accept: `${type}, application/json`,
        'accept-language': document.documentElement.lang,
        'x-csrf': '1',
      },
      body: JSON.stringify(body),
    })
    if (response.ok) return { kind: 'ok', value: await response.blob() }
    const answer = record(await response.json().catch(() => undefined))
    if (response.status === 403 && answer.code === 'AUTH-12' && again && (await stepUp()))
      return takeFile(path, body, type, false)
    if (response.status >= 500) return { kind: 'unreachable' }
    return {
      kind: 'refused',
      code: text(answer.code),
      message: text(answer.message),
      status: response.status,
      retryAfter: undefined,
      details: answer,
    }
  } catch {
    return { kind: 'unreachable' }
  }
}

/** The sheets as a file, new codes and all. */
export const printSheets = (ids: readonly number[]): Promise<Answer<Blob>> =>
  takeFile('sheets', { ids }, 'application/pdf')

export interface Rate {
  readonly name: string
  readonly total: number
  readonly activated: number
}

export interface SchoolRate extends Rate {
  readonly uai: string
  readonly kinds: readonly Rate[]
  readonly classes: readonly Rate[]
}

const readRate = (one: Body, name: unknown): Rate => ({
  name: text(name),
  total: numberOr(one.total, 0),
  activated: numberOr(one.activated, 0),
})

export const loadActivation = (uai: string): Promise<Answer<readonly SchoolRate[]>> =>
  ask(`/admin/activation${query({ uai })}`, undefined, (answer) =>
    records(answer.schools).map((one) => ({
      ...readRate(one, one.name),
      uai: text(one.uai),
      kinds: records(one.kinds).map((kind) => readRate(kind, kind.kind)),
      classes: records(one.classes).map((group) => readRate(group, group.class)),
    })),
  )

export interface Pair {
  readonly reason: string
  readonly people: readonly Person[]
}

export const loadDuplicates = (uai: string): Promise<Answer<readonly Pair[]>> =>
  ask(`/admin/duplicates${query({ uai })}`, undefined, (answer) =>
    records(answer.pairs).map((one) => ({ reason: text(one.reason), people: records(one.people).map(readPerson) })),
  )

export interface Merge {
  readonly id: number
  readonly at: When
  readonly actor: string
  readonly kept: string
  readonly merged: string
  readonly isUndone: boolean
}

export const loadMerges = (uai: string): Promise<Answer<readonly Merge[]>> =>
  ask(`/admin/merges${query({ uai })}`, undefined, (answer) =>
    records(answer.merges).map((one) => ({
      id: numberOr(one.id, 0),
      at: momentOf(one.at),
      actor: text(one.actor),
      kept: text(record(one.kept).name),
      merged: text(record(one.merged).name),
      isUndone: momentOf(one.undoneAt) !== undefined,
    })),
  )

export interface Delegation {
  readonly account: number
  readonly name: string
  readonly uai: string
  readonly schoolName: string
  readonly task: string
  readonly grantedBy: string
  readonly endsAt: When
}

export const loadDelegations = (uai: string): Promise<Answer<readonly Delegation[]>> =>
  ask(`/admin/delegations${query({ uai })}`, undefined, (answer) =>
    records(answer.delegations).map((one) => ({
      account: numberOr(one.account, 0),
      name: text(one.name),
      uai: text(one.uai),
      schoolName: text(one.schoolName),
      task: text(one.task),
      grantedBy: text(one.grantedBy),
      endsAt: momentOf(one.endsAt),
    })),
  )

export interface AuditLine {
  readonly id: number
  readonly at: When
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly detail: string
  readonly ip: string
}

export const loadAudit = (search: Readonly<Record<string, string | undefined>>) =>
  ask(`/admin/audit${query(search)}`, undefined, (answer) => ({
    entries: records(answer.entries).map(
      (one): AuditLine => ({
        id: numberOr(one.id, 0),
        at: momentOf(one.at),
        actor: text(one.actor),
        action: text(one.action),
        target: text(one.target),
        detail: text(one.detail),
        ip: text(one.ip),
      }),
    ),
    next: numberOr(answer.next, undefined),
  }))

export const caseStates = ['asked', 'approved', 'refused', 'used', 'expired'] as const

export interface RecoveryCase {
  readonly id: number
  readonly name: string
  readonly login: string
  readonly kind: 'access' | 'factors'
  readonly status: (typeof caseStates)[number]
  readonly reason: string
  readonly askedBy: string
  readonly createdAt: When
  readonly isMine: boolean
}

export const loadCases = (): Promise<Answer<readonly RecoveryCase[]>> =>
  ask('/admin/recovery-cases', undefined, (answer) =>
    records(answer.cases).map((one) => ({
      id: numberOr(one.id, 0),
      name: text(one.name),
      login: text(one.login),
      kind: one.kind === 'factors' ? 'factors' : 'access',
      status: caseStates.find((state) => state === one.status) ?? 'expired',
      reason: text(one.reason),
      askedBy: text(record(one.askedBy).name),
      createdAt: momentOf(one.createdAt),
      isMine: one.mine === true,
    })),
  )
