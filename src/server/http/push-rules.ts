/** What a person's devices are told of: the rules, and the key that browsers need to subscribe (RFC 8292). */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { formatId, parseId } from '#base/ids.ts'
import { readPreferences } from '#domain/notify/preferences.ts'
import { quietUntil } from '#domain/notify/quiet.ts'
import type { People } from '#domain/people/people.ts'
import { choosePushRules, type PushRules, pushPlaces, pushSenders, readPushRules } from '#domain/push/rules.ts'
import { vapidKey } from '#domain/push/vapid.ts'
import { type Body, ownerRoutes } from './owner.ts'

const onWire = (rules: PushRules) => ({
  ...rules,
  mailboxes: rules.mailboxes.map((id) => formatId('mailbox', id)),
  functions: rules.functions.map((id) => formatId('account', id)),
})

const oneOf = <T extends string>(body: Body, name: string, values: readonly T[]): T => {
  const found = values.find((value) => value === body[name])
  if (found === undefined) throw new Failure('invalid', `${name} is none of ${values.join(', ')}`, { property: name })
  return found
}

const texts = (body: Body, name: string): string[] => {
  const value = body[name]
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string'))
    throw new Failure('invalid', `${name} is a list of texts`, { property: name })
  return value as string[]
}

const rulesIn = (body: Body): PushRules => ({
  places: oneOf(body, 'places', pushPlaces),
  mailboxes: texts(body, 'mailboxes').flatMap((id) => parseId('mailbox', id) ?? []),
  senders: oneOf(body, 'senders', pushSenders),
  favourites: texts(body, 'favourites'),
  quiet: body.quiet === true,
  preview: body.preview === true,
  functions: body.functions === undefined ? [] : texts(body, 'functions').flatMap((id) => parseId('account', id) ?? []),
})

export const registerPushRules = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { ctx } = people

  route('GET', '/auth/push', async ({ owner }) => {
    const { publicKey } = await vapidKey(ctx)
    return ctx.store.read(async (tx) => {
      const { quiet } = await readPreferences(tx, owner.accountId)
      return {
        rules: onWire(await readPushRules(tx, owner.accountId)),
        key: publicKey,
        quietUntil: quietUntil(quiet, ctx.clock.now()) ?? null,
      }
    })
  })

  route(
    'POST',
    '/auth/push',
    async ({ owner, body }) => {
      const wanted = rulesIn(body)
      return { rules: onWire(await choosePushRules(ctx, owner.accountId, wanted)) }
    },
    { bodyLimit: 96 * 1024 },
  )
}
