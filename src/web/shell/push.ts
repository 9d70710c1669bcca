/** Web push on this device: turned on and off, renewed at each visit, and the page's side of notifications. */
import type { MailClient } from '../data/index.ts'
import { type Answer, ask, type Body, list, record, text } from './request.ts'

export type PushState = 'unsupported' | 'denied' | 'off' | 'on'

/** What the server tells devices of, in JMAP's words: mail let through by the rules, and the platform's notifications. */
const TYPES = ['EmailDelivery', 'NotificationDelivery']
const RENEW_BEFORE_MS = 15 * 86_400_000
const LIFE_MS = 30 * 86_400_000

const registrationOf = (): Promise<ServiceWorkerRegistration | undefined> =>
  'serviceWorker' in navigator
    ? navigator.serviceWorker.getRegistration().catch(() => undefined)
    : Promise.resolve(undefined)

export const pushState = async (): Promise<PushState> => {
  const registration = await registrationOf()
  if (registration === undefined || !('PushManager' in window) || !('Notification' in window)) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  return (await registration.pushManager.getSubscription()) === null ? 'off' : 'on'
}

const send = async (client: MailClient, args: Body): Promise<Body> => {
  const [answer] = await client.side.send([{ name: 'PushSubscription/set', args }])
  return answer?.ok ? answer.args : {}
}

interface Known {
  readonly id: string
  readonly isVerified: boolean
  readonly expires: number
}

/** Those of this browser's session. */
const knownAtServer = async (client: MailClient): Promise<readonly Known[] | undefined> => {
  const [answer] = await client.side.send([{ name: 'PushSubscription/get', args: { ids: null } }])
  if (!answer?.ok) return
  return list(answer.args.list)
    .map(record)
    .map((one) => ({
      id: text(one.id),
      isVerified: typeof one.verificationCode === 'string',
      expires: Date.parse(text(one.expires)),
    }))
}

const tellServer = async (client: MailClient, subscription: PushSubscription): Promise<boolean> => {
  const { endpoint, keys } = subscription.toJSON()
  const created = await send(client, {
    create: {
      device: {
        deviceClientId: crypto.randomUUID(),
        url: endpoint,
        keys: { p256dh: keys?.p256dh, auth: keys?.auth },
        types: TYPES,
      },
    },
  })
  return record(created.created).device !== undefined
}

/** The key that push services know us by; undefined when the server cannot be asked. */
const serverKey = async (): Promise<string | undefined> => {
  const answer = await ask('/auth/push', undefined, ({ key }) => text(key))
  return answer.kind === 'ok' ? answer.value : undefined
}

/** Asks the person, then the browser, then tells the server. */
export const turnOn = async (client: MailClient): Promise<PushState | 'failed'> => {
  if ((await Notification.requestPermission()) !== 'granted') return pushState()
  const registration = await registrationOf()
  const applicationServerKey = await serverKey()
  if (registration === undefined || applicationServerKey === undefined) return 'failed'
  try {
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
    if (await tellServer(client, subscription)) return 'on'
    await subscription.unsubscribe()
  } catch {
    // The browser's push service cannot be reached, or refuses.
  }
  return 'failed'
}

export const turnOff = async (client: MailClient): Promise<void> => {
  const destroy = ((await knownAtServer(client)) ?? []).map(({ id }) => id)
  if (destroy.length > 0) await send(client, { destroy })
  await (await (await registrationOf())?.pushManager.getSubscription())?.unsubscribe()
}

/** At each visit: a subscription lives a month, and one that the server has forgotten tells nothing. */
export const renewPush = async (client: MailClient): Promise<void> => {
  if (!('Notification' in window) || Notification.permission !== 'granted') return
  const subscription = await (await registrationOf())?.pushManager?.getSubscription()
  if (!subscription) return
  const known = await knownAtServer(client)
  if (known === undefined) return
  const [mine] = known
  if (mine === undefined) await tellServer(client, subscription)
  else if (mine.expires - Date.now() < RENEW_BEFORE_MS) {
    const expires = new Date(Date.now() + LIFE_MS).toISOString().replace(/\.\d+/, '')
    await send(client, { update: { [mine.id]: { expires } } })
  }
}

export interface PushRules {
  readonly places: 'inbox' | 'chosen' | 'all'
  readonly mailboxes: readonly string[]
  readonly senders: 'everyone' | 'known' | 'chosen'
  readonly favourites: readonly string[]
  readonly quiet: boolean
  readonly preview: boolean
  /** Accounts of functions whose inbox is told of. */
  readonly functions: readonly string[]
}

const oneOf = <T extends string>(value: unknown, values: readonly T[], otherwise: T): T =>
  values.find((one) => one === value) ?? otherwise
const texts = (value: unknown): readonly string[] => list(value).filter((one) => typeof one === 'string')

const readRules = (answer: Body): PushRules => {
  const rules = record(answer.rules)
  return {
    places: oneOf(rules.places, ['inbox', 'chosen', 'all'], 'inbox'),
    mailboxes: texts(rules.mailboxes),
    senders: oneOf(rules.senders, ['everyone', 'known', 'chosen'], 'everyone'),
    favourites: texts(rules.favourites),
    quiet: rules.quiet === true,
    preview: rules.preview === true,
    functions: texts(rules.functions),
  }
}

export const loadRules = (): Promise<Answer<PushRules>> => ask('/auth/push', undefined, readRules)
export const saveRules = (rules: PushRules): Promise<Answer<PushRules>> => ask('/auth/push', rules, readRules)
/** The server sends one to every device of the person, by the way that real ones take. */
export const testPush = (): Promise<Answer<undefined>> => ask('/auth/notifications/test', {}, () => undefined)
