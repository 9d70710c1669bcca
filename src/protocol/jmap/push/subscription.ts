/** PushSubscription/get and /set (RFC 8620 §7.2.1, §7.2.2): of a person's credentials, not of an account. */
import {
  createSubscription,
  destroySubscription,
  listSubscriptions,
  type PushSubscription,
  type SubscriptionPatch,
  updateSubscription,
} from '#domain/push/subscriptions.ts'
import { CORE, type Id, type SetError } from '#format/jmap/core.ts'
import { type Check, formatUtcDate, Invalid, isObject, list, nullable, shape, text, utcDate } from '../check.ts'
import { invalidProperties, MethodFault, SetFault, setError } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { type Call, checkArguments, type Method } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import { checkProperty, setArguments } from '../set.ts'
import { areUsableKeys } from './encrypt.ts'

const readable = ['id', 'deviceClientId', 'verificationCode', 'expires', 'types'] as const

const subscriptionObject = (subscription: PushSubscription) => ({
  id: subscription.id,
  deviceClientId: subscription.deviceClientId,
  // Told only to a device that has proved to know it.
  verificationCode: subscription.verified ? subscription.code : null,
  expires: formatUtcDate(subscription.expires),
  types: subscription.types,
})

const checkGet = shape(getArguments)

export const pushSubscriptionGet: Method = {
  name: 'PushSubscription/get',
  capability: CORE,
  run: async (given, call) => {
    const args = checkArguments(checkGet, given)
    if (args.properties?.some((name) => name === 'url' || name === 'keys'))
      throw new MethodFault('forbidden', 'url and keys are never told')
    const properties = wantedProperties(readable, args.properties)
    const all = (await listSubscriptions(call.ctx, call.principal)).map(subscriptionObject)
    const ids = new Set(args.ids ?? all.map(({ id }) => id))
    return {
      list: all.filter(({ id }) => ids.has(id)).map((subscription) => pick(subscription, properties)),
      notFound: [...ids].filter((id) => !all.some((subscription) => subscription.id === id)),
    }
  },
}

const maxUrl = 2000

const pushUrl: Check<string> = (value, path) => {
  const url = text(value, path)
  if (url.length > maxUrl || !/^https:\/\//.test(url) || !URL.canParse(url))
    throw new Invalid(path, 'must be an absolute URL that begins with https://')
  const { username, password } = new URL(url)
  if (username !== '' || password !== '') throw new Invalid(path, 'must hold no password')
  return url
}

const pushKeys: Check<NonNullable<PushSubscription['keys']>> = (value, path) => {
  if (!isObject(value)) throw new Invalid(path, 'must be an object')
  const keys = { p256dh: text(value.p256dh, `${path}/p256dh`), auth: text(value.auth, `${path}/auth`) }
  if (!areUsableKeys(keys)) throw new Invalid(path, 'must be a P-256 public key and 16 octets')
  return keys
}

const typeNames: Check<string[]> = (value, path) => {
  const names = list(text)(value, path)
  if (names.length > 100 || names.some((name) => name.length > 100)) throw new Invalid(path, 'is too long')
  return names
}

const deviceId: Check<string> = (value, path) => {
  const id = text(value, path)
  if (id === '' || id.length > 255) throw new Invalid(path, 'must be 1 to 255 characters')
  return id
}

const settable = ['deviceClientId', 'url', 'keys', 'verificationCode', 'expires', 'types']

const create = async (call: Call, object: Readonly<Record<string, unknown>>) => {
  const refused = Object.keys(object).filter((name) => !settable.includes(name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to set', ...refused)
  if (object.verificationCode !== undefined && object.verificationCode !== null)
    throw invalidProperties('The server makes the verification code', 'verificationCode')
  const expires = checkProperty('expires', nullable(utcDate), object.expires)
  const subscription = await createSubscription(call.ctx, call.principal, {
    deviceClientId: checkProperty('deviceClientId', deviceId, object.deviceClientId),
    url: checkProperty('url', pushUrl, object.url),
    keys: checkProperty('keys', nullable(pushKeys), object.keys),
    types: checkProperty('types', nullable(typeNames), object.types),
    expires,
  })
  // Not awaited: the answer must not wait for somebody else's server.
  void call.push.verify(subscription)
  const told = expires === subscription.expires ? {} : { expires: formatUtcDate(subscription.expires) }
  return { id: subscription.id, ...(object.keys === undefined ? { keys: null } : {}), ...told }
}

const update = async (call: Call, id: Id, patch: Readonly<Record<string, unknown>>): Promise<object | null> => {
  const stored = (await listSubscriptions(call.ctx, call.principal)).find((subscription) => subscription.id === id)
  if (!stored) throw new SetFault('notFound', 'There is no such subscription')
  const current: Record<string, unknown> = subscriptionObject(stored)
  const { value, touched } = applyPatch(current, patch)
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  const refused = changed.filter((name) => !['verificationCode', 'expires', 'types'].includes(name))
  if (refused.length > 0) throw invalidProperties('These cannot be changed', ...refused)
  const wanted: { -readonly [K in keyof SubscriptionPatch]: SubscriptionPatch[K] } = {}
  if (changed.includes('verificationCode'))
    wanted.code = checkProperty('verificationCode', text, value.verificationCode)
  if (changed.includes('expires')) wanted.expires = checkProperty('expires', nullable(utcDate), value.expires)
  if (changed.includes('types')) wanted.types = checkProperty('types', nullable(typeNames), value.types)
  const after = await updateSubscription(call.ctx, call.principal, id, wanted)
  return wanted.expires !== undefined && wanted.expires !== after.expires
    ? { expires: formatUtcDate(after.expires) }
    : null
}

const { create: creations, update: updates, destroy: destructions } = setArguments
const checkSet = shape({ create: creations, update: updates, destroy: destructions })

/** Runs each item; what it throws becomes its SetError. */
const each = async <T, R>(
  items: readonly (readonly [Id, T])[],
  work: (item: T, id: Id) => Promise<R>,
  call: Call,
): Promise<{ done: Record<Id, R>; failed: Record<Id, SetError> }> => {
  const done: Record<Id, R> = Object.create(null)
  const failed: Record<Id, SetError> = Object.create(null)
  for (const [id, item] of items) {
    try {
      done[id] = await work(item, id)
    } catch (error) {
      failed[id] = setError(error, call.ctx.log)
    }
  }
  return { done, failed }
}

const orNull = <T>(map: Record<Id, T>): Record<Id, T> | null => (Object.keys(map).length === 0 ? null : map)

export const pushSubscriptionSet: Method = {
  name: 'PushSubscription/set',
  capability: CORE,
  run: async (given, call) => {
    const args = checkArguments(checkSet, given)
    const count = Object.keys(args.create ?? {}).length + Object.keys(args.update ?? {}).length
    if (count + (args.destroy ?? []).length > call.limits.maxObjectsInSet)
      throw new MethodFault('requestTooLarge', `At most ${call.limits.maxObjectsInSet} objects`)
    const created = await each(Object.entries(args.create ?? {}), (object) => create(call, object), call)
    for (const [creation, { id }] of Object.entries(created.done)) call.createdIds.set(creation, id)
    const updated = await each(Object.entries(args.update ?? {}), (patch, id) => update(call, id, patch), call)
    const doomed = [...new Set(args.destroy ?? [])].map((id) => [id, id] as const)
    const destroyed = await each(doomed, (id) => destroySubscription(call.ctx, call.principal, id), call)
    const gone = Object.keys(destroyed.done)
    return {
      created: orNull(created.done),
      updated: orNull(updated.done),
      destroyed: gone.length === 0 ? null : gone,
      notCreated: orNull(created.failed),
      notUpdated: orNull(updated.failed),
      notDestroyed: orNull(destroyed.failed),
    }
  },
}
