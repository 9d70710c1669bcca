/** The messages being written: which are open, and the copy of each that survives a crash of the page. */
import i18next from 'i18next'
import { ALL, accountIn } from '../../../shell/function-place.ts'
import { openFunctions } from '../../../shell/functions.ts'
import { drop, keep, kept } from '../../../shell/keepsakes.ts'
import { keptFor, ownerLogin, session } from '../../../shell/session.ts'
import { toast } from '../../../shell/toasts.tsx'
import { createValue } from '../../../shell/value.ts'
import type { ComposeState } from './compose-state.ts'
import { readMailto } from './mailto.ts'

/** What a composition begins with. */
export type Seed =
  | {
      readonly kind: 'new'
      readonly to?: string
      readonly cc?: string
      readonly bcc?: string
      readonly subject?: string
      readonly text?: string
    }
  | {
      readonly kind: 'answer'
      readonly how: AnswerKind
      readonly emailId: string
      readonly account?: string | undefined
    }
  | { readonly kind: 'draft'; readonly emailId: string }
  | { readonly kind: 'state'; readonly state: ComposeState }

export type AnswerKind = 'reply' | 'replyAll' | 'forward'
export type WindowSize = 'normal' | 'minimised' | 'maximised'

export interface Composer {
  readonly key: string
  readonly seed: Seed
  /** The mailbox of a function that it is written in; undefined: one's own. */
  readonly account?: string | undefined
  readonly size: WindowSize
}

export const composers = createValue<readonly Composer[]>([])

/** Compositions not on screen yet: until they are, letters typed for them are not shortcuts. */
const starting = new Set<string>()
export const isComposerStarting = (): boolean => starting.size > 0
export const composerStarted = (key: string): void => {
  starting.delete(key)
}

/** Held while a composition is open, so that another tab does not recover what is still being written here. */
const lockOf = (key: string): string => `convergence.compose.${key}`
const releases = new Map<string, () => void>()

const holdLock = (key: string): void => {
  if (releases.has(key)) return
  const held = new Promise<void>((resolve) => releases.set(key, resolve))
  void navigator.locks?.request(lockOf(key), { ifAvailable: true }, (lock) => (lock === null ? undefined : held))
}
const releaseLock = (key: string): void => {
  releases.get(key)?.()
  releases.delete(key)
}

/** Compositions open in other tabs. */
const heldElsewhere = async (): Promise<ReadonlySet<string>> => {
  const { held } = (await navigator.locks?.query()) ?? {}
  return new Set((held ?? []).map((lock) => lock.name ?? ''))
}

const keyOf = (seed: Seed): string =>
  seed.kind === 'draft' ? seed.emailId : seed.kind === 'state' ? seed.state.key : crypto.randomUUID()

/**
 * Where a message is written: in the account that is on the screen, an answer in that of the message. Who may not send in its name writes new messages in
 * their own, and cannot answer there.
 */
const accountFor = (seed: Seed): string | undefined => {
  if (seed.kind === 'state') return seed.state.account
  const shown = accountIn(window.location)
  const account = seed.kind === 'answer' ? seed.account : shown === ALL ? undefined : shown
  const open = openFunctions.get().find((one) => one.accountId === account)
  if (open === undefined || open.client.session.get()?.maySend !== false) return account
  if (seed.kind === 'new') return undefined
  toast(i18next.t('functions.mayNotSend'), { tone: 'problem' })
  return 'refused'
}

/** Opens a composition; one that is open already comes forward. The others make room. */
export const compose = (seed: Seed = { kind: 'new' }): void => {
  const key = keyOf(seed)
  const account = accountFor(seed)
  if (account === 'refused') return
  holdLock(key)
  composers.set((now) => {
    const open = now.find((entry) => entry.key === key)
    if (open === undefined) starting.add(key)
    const others = now.filter((entry) => entry.key !== key).map((entry) => ({ ...entry, size: 'minimised' as const }))
    return [...others, open === undefined ? { key, seed, account, size: 'normal' } : { ...open, size: 'normal' }]
  })
}

/** Begins a message from a `mailto:` link (RFC 6068). */
export const composeTo = (href: string): void => {
  const draft = readMailto(href)
  if (draft !== undefined) compose({ kind: 'new', ...draft, subject: draft.subject ?? '' })
}

/** The link that another program handed over, in the address: `/mail/inbox?write=mailto:…` (app.webmanifest). */
export const composeFromAddress = (): void => {
  const url = new URL(window.location.href)
  const link = url.searchParams.get('write')
  if (link === null) return
  url.searchParams.delete('write')
  // A page loaded again does not begin it again.
  window.history.replaceState(window.history.state, '', url)
  composeTo(link)
}

export const resizeComposer = (key: string, size: WindowSize): void =>
  composers.set((now) =>
    now.map((entry) =>
      entry.key === key ? { ...entry, size } : size === 'minimised' ? entry : { ...entry, size: 'minimised' as const },
    ),
  )

export const closeComposer = (key: string): void => {
  starting.delete(key)
  releaseLock(key)
  composers.set((now) => now.filter((entry) => entry.key !== key))
}

const STORE = 'compose/'

interface Backup {
  readonly login: string | undefined
  readonly state: ComposeState
}

const isBackup = (value: unknown): value is Backup =>
  typeof value === 'object' && value !== null && 'login' in value && 'state' in value

/** The copies of the person whose page this is. */
const readBackups = async (): Promise<readonly ComposeState[]> => {
  const login = ownerLogin()
  return [...(await kept(STORE)).values()].filter(isBackup).flatMap((one) => (one.login === login ? [one.state] : []))
}

/** Keeps a copy on this device until the message is saved and closed, or sent. A long quotation is left out if need be. */
export const backUp = (state: ComposeState): void => {
  const write = (now: ComposeState) => keep(STORE + now.key, { login: ownerLogin(), state: now } satisfies Backup)
  void write(state).then((isKept) => isKept || state.quote === undefined || write({ ...state, quote: undefined }))
}

export const dropBackup = (key: string): void => drop(STORE + key)

/** At sign-out nothing stays on the screen; what is on the device goes with the rest (shell/keepsakes.ts). */
export const forgetComposers = (): void => composers.set([])

const reopen = async (onRecovered: () => void): Promise<void> => {
  const [elsewhere, left] = await Promise.all([heldElsewhere(), readBackups()])
  const open = new Set(composers.get().map((entry) => entry.key))
  for (const state of left) {
    if (open.has(state.key) || elsewhere.has(lockOf(state.key))) continue
    dropBackup(state.key)
    const again = { ...state, key: state.savedId ?? state.key }
    backUp(again)
    compose({ kind: 'state', state: again })
    onRecovered()
  }
}

/** Reopens what a closed or crashed page left unfinished, once it is known whose page this is. */
export const recoverComposers = (onRecovered: () => void): (() => void) | undefined => {
  if (ownerLogin() !== undefined) {
    void reopen(onRecovered)
    return
  }
  const stops = [session, keptFor].map((value) =>
    value.subscribe(() => {
      if (ownerLogin() === undefined) return
      stop()
      void reopen(onRecovered)
    }),
  )
  const stop = () => {
    for (const end of stops) end()
  }
  return stop
}
