/**
 * What outlives the page on this machine, and how it is erased. Everything personal is sealed with the vault's key; on a
 * shared computer there is no vault, and nothing is written anywhere.
 */
import { openVault, type Sealed, type Vault } from '../data/vault.ts'
import { session } from './session.ts'

const PREFIX = 'convergence.'
/** Language, theme and density: no secret, and wanted again at the next sign-in. */
const PREFERENCES = 'convergence.preferences'

/** Written with the first keys, and erased like them. */
const SEALED = 'convergence.sealed'

/** False where no vault was opened since the last sign-out: nothing can have been kept. */
export const mayHaveKept = (): boolean => {
  try {
    return localStorage.getItem(SEALED) !== null
  } catch {
    return true
  }
}

const markKept = (found: Vault | undefined): Vault | undefined => {
  try {
    if (found !== undefined) localStorage.setItem(SEALED, '1')
  } catch {
    // Storage refused: the next start looks.
  }
  return found
}

let opened: Promise<Vault | undefined> | undefined

/** The one vault of the page; undefined where nothing may be kept. */
export const vault = (): Promise<Vault | undefined> => {
  if (session.get()?.shared === true) return Promise.resolve(undefined)
  opened ??= openVault(indexedDB).then(markKept)
  return opened
}

const toText = ({ iv, data }: Sealed): string => {
  let binary = ''
  for (const byte of iv) binary += String.fromCharCode(byte)
  for (const byte of new Uint8Array(data)) binary += String.fromCharCode(byte)
  return btoa(binary)
}

const fromText = (text: string): Sealed => {
  const all = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  return { iv: all.slice(0, 12), data: all.slice(12).buffer }
}

/** Of several values given for one name, the last one given is the one kept. */
const turns = new Map<string, number>()

/** Keeps a value under a name until it is dropped or somebody signs out; false when it could not be. */
export const keep = async (name: string, value: unknown): Promise<boolean> => {
  const turn = (turns.get(name) ?? 0) + 1
  turns.set(name, turn)
  try {
    const sealed = await (await vault())?.seal(name, value)
    if (turns.get(name) !== turn) return true
    if (sealed === undefined) return false
    localStorage.setItem(PREFIX + name, toText(sealed))
    return true
  } catch {
    // Full, or refused.
    return false
  }
}

export const drop = (name: string): void => {
  turns.set(name, (turns.get(name) ?? 0) + 1)
  try {
    localStorage.removeItem(PREFIX + name)
  } catch {
    // Storage refused: there was nothing.
  }
}

/** Everything kept under names that begin so, by the rest of the name. */
export const kept = async (prefix: string): Promise<Map<string, unknown>> => {
  const found = new Map<string, unknown>()
  try {
    const store = await vault()
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX + prefix)) continue
      const name = key.slice(PREFIX.length)
      const value = await store?.open(name, fromText(localStorage.getItem(key) ?? '')).catch(() => undefined)
      if (value !== undefined) found.set(name.slice(prefix.length), value)
    }
  } catch {
    // Storage refused.
  }
  return found
}

const eraseLocal = (all: boolean): void => {
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(PREFIX) && (all || key !== PREFERENCES)) localStorage.removeItem(key)
  } catch {
    // Storage refused: there was nothing.
  }
}

const eraseNotifications = async (): Promise<void> => {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined)
  if (registration === undefined) return
  await (await registration.pushManager?.getSubscription().catch(() => null))?.unsubscribe().catch(() => false)
  for (const notification of await registration.getNotifications().catch(() => [])) notification.close()
}

const LEFT = 'signed-out'
/** What is said on it is heard by the other pages, not by this one. */
let channel: BroadcastChannel | undefined
const others = (): BroadcastChannel => {
  channel ??= new BroadcastChannel('convergence')
  return channel
}

/**
 * Sign-out, or a session that was ended from elsewhere: the keys are destroyed, then all that they had sealed, what was
 * remembered of the person, and the notifications. The browser's other pages are told.
 */
export const eraseKept = async (): Promise<void> => {
  const shared = session.get()?.shared === true
  eraseLocal(shared)
  // Also where this page had no vault: one of an earlier session may be there.
  opened ??= openVault(indexedDB)
  await Promise.allSettled([opened.then((found) => found?.destroy()), eraseNotifications()])
  await new Promise<void>((resolve) => {
    const request = indexedDB.deleteDatabase('convergence')
    // Another page holds it open: what is in it can be read by nobody.
    for (const event of ['success', 'error', 'blocked'] as const) request.addEventListener(event, () => resolve())
  })
  opened = undefined
  others().postMessage(LEFT)
}

/** The other pages of a browser in which somebody has signed out show it at once. */
export const followSignOut = (): void => {
  others().addEventListener('message', (event) => {
    if (event.data === LEFT) window.location.assign('/signed-out')
  })
}
