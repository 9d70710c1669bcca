/** What the pages of the gate ask of the server. */
import { firstRequest } from '../../shell/early.ts'
import { mayHaveKept } from '../../shell/keepsakes.ts'
import { type Answer, ask, type Body, list, nothing, record, text } from '../../shell/request.ts'
import { type Profile, readProfiles } from '../../shell/session.ts'

export const factorKinds = ['passkey', 'totp', 'grid', 'recovery', 'password'] as const
export type FactorKind = (typeof factorKinds)[number]

/** What comes after a first proof. */
export type Step =
  | {
      readonly next: 'done'
      readonly onward: string
      /** What the server would say of the session to whoever asked, as it comes: read by shell/session.ts. */
      readonly session: Body | undefined
      /** The JMAP session object. */
      readonly mail: Body | undefined
      /** The first JMAP request as it was answered, and its answer. */
      readonly first: Body | undefined
    }
  | {
      readonly next: 'factor'
      readonly factors: readonly FactorKind[]
      readonly preferred: FactorKind | undefined
      readonly cells: readonly string[]
      /** The device may be remembered, so that the next sign-in asks for one proof only. */
      readonly remember: boolean
      readonly onward: string
    }
  | { readonly next: 'profile'; readonly profiles: readonly Profile[]; readonly onward: string }
  | { readonly next: 'enrol'; readonly onward: string }
  | { readonly next: 'password'; readonly onward: string }

export const readFactors = (value: unknown): readonly FactorKind[] => {
  const given = list(value)
  return factorKinds.filter((kind) => given.includes(kind))
}

/** The three cells asked for, by name: `B3`. */
export const readCells = (grid: unknown): readonly string[] =>
  list(record(grid).cells).filter((cell): cell is string => typeof cell === 'string')

const told = (value: unknown): Body | undefined =>
  typeof value === 'object' && value !== null ? record(value) : undefined

export const readStep = (answer: Body): Step => {
  const onward = text(answer.then)
  switch (answer.next) {
    case 'factor':
      return {
        next: 'factor',
        factors: readFactors(answer.factors),
        preferred: factorKinds.find((kind) => kind === answer.preferred),
        cells: readCells(answer.grid),
        remember: answer.remember === true,
        onward,
      }
    case 'profile':
      return { next: 'profile', profiles: readProfiles(answer.profiles), onward }
    case 'enrol':
      return { next: 'enrol', onward }
    case 'password':
      return { next: 'password', onward }
    default:
      return { next: 'done', onward, session: told(answer.session), mail: told(answer.mail), first: told(answer.first) }
  }
}

/** Asks for what the mail begins with; where something was kept it begins with that. */
const beginning = (): Body => {
  const first = mayHaveKept() ? undefined : firstRequest()
  return { begin: true, ...(first === undefined ? {} : { first }) }
}

export interface SignIn {
  readonly login: string
  readonly password: string
  readonly onward: string
  readonly profile: string
  readonly shared: boolean
  /** How strong a proof is wanted, 1 to 3. */
  readonly acr: number
}

export const signIn = ({ login, password, onward, profile, shared, acr }: SignIn): Promise<Answer<Step>> =>
  ask(
    '/auth/login',
    { login, password, shared, ...beginning(), ...(acr > 1 ? { acr: String(acr) } : {}), ...wish(onward, profile) },
    readStep,
  )

/** Where to go afterwards and as whom, in the server's words. */
export const wish = (onward: string, profile = ''): Body =>
  Object.fromEntries([['then', onward], ...(profile === '' ? [] : [['profile', profile]])])

export interface Proof {
  readonly kind: FactorKind
  readonly code?: string
  readonly password?: string
  readonly assertion?: unknown
  readonly cells?: readonly string[]
  readonly remember?: boolean
}

export const proveFactor = (proof: Proof): Promise<Answer<Step>> =>
  ask('/auth/factor', { ...proof, ...beginning() }, readStep)

/** Options for a passkey of the person whose sign-in is under way. */
export const passkeyOptions = (): Promise<Answer<Body>> => ask('/auth/passkey/options', {}, (answer) => answer)

/** Options for a passkey that says by itself whose it is. */
export const anybodysPasskey = (): Promise<Answer<Body>> =>
  ask('/auth/passkey/options', { for: 'sign-in' }, (answer) => answer)

export const signInByPasskey = (assertion: unknown, more: Body): Promise<Answer<Step>> =>
  ask('/auth/passkey', { assertion, ...beginning(), ...more }, readStep)

/** The sign-in under way, after the page was loaded again. */
export const underWay = async (): Promise<Step | undefined> => {
  const answer = await ask('/auth/sign-in', undefined, (value) =>
    value.next === 'start' ? undefined : readStep(value),
  )
  return answer.kind === 'ok' ? answer.value : undefined
}

export interface StepUpWays {
  readonly kinds: readonly FactorKind[]
  readonly cells: readonly string[]
}

export const stepUpWays = (): Promise<Answer<StepUpWays>> =>
  ask('/auth/step-up', undefined, (answer) => ({ kinds: readFactors(answer.methods), cells: readCells(answer.grid) }))

export const stepUpOptions = (): Promise<Answer<Body>> => ask('/auth/step-up/options', {}, (answer) => answer)

export const proveAgain = (proof: Proof): Promise<Answer<undefined>> => ask('/auth/step-up', proof, nothing)

export const chooseProfile = (id: number): Promise<Answer<undefined>> => ask('/auth/profile', { id }, nothing)
