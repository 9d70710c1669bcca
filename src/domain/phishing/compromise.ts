/**
 * "I gave my password": everybody else is put out at once, what an intruder may have left is shown and taken away, and
 * those who answer learn of it. A new passphrase follows by the usual way (setPassword), which proves who asks.
 */
import { Failure } from '#base/failure.ts'
import type { Node } from '#format/sieve/check.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { connectedApps, revokeApp } from '../access/oauth/apps.ts'
import type { Context } from '../context.ts'
import { activateScript, listScripts, programOf } from '../filter/scripts.ts'
import { readVacation, saveVacation, vacationIsOn } from '../filter/vacation-response.ts'
import { deleteIdentityWithin, listIdentities, updateIdentityWithin } from '../mail/identities.ts'
import { ownsAddress } from '../people/addresses.ts'
import { notifyOwner } from '../people/alerts.ts'
import { appendAudit } from '../people/audit.ts'
import { distrustDevices } from '../people/devices.ts'
import { withdraw } from '../people/one-time.ts'
import type { People } from '../people/people.ts'
import type { Principal } from '../people/principal.ts'
import { trustedContacts } from '../people/recovery/contacts.ts'
import { rescueOf } from '../people/recovery/rescue.ts'
import { endSessions } from '../people/session-end.ts'
import type { Post } from '../tickets/address.ts'
import { openTicket } from '../tickets/tickets.ts'

const day = 86_400_000
/** A protection that was added within this time is worth a look. */
const lately = 14 * day

type Owner = Principal & { readonly sessionId: string }

const countSessions = statement((q, p: Params<{ account: number; keep: string }>) =>
  q
    .selectFrom('session')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('account_id', '=', p.account)
    .where('id', '<>', p.keep),
)
const appRows = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('credential').select(['id', 'label']).where('account_id', '=', p.account).where('kind', '=', 'app'),
)
const dropApp = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('credential').where('account_id', '=', p.account).where('id', '=', p.id).where('kind', '=', 'app'),
)
const lastOf = statement((q, p: Params<{ account: number; since: number }>) =>
  q
    .selectFrom('audit')
    .select('id')
    .where('account_id', '=', p.account)
    .where('action', '=', 'account.compromise')
    .where('at', '>', p.since)
    .limit(1),
)

export interface LockedOut {
  /** Sessions that ended. */
  readonly sessions: number
  /** Passwords of devices and applications that are worth nothing any more. */
  readonly apps: number
  /** The request that was opened; undefined when one was within the day. */
  readonly ticket: number | undefined
}

const ticketWords = {
  fr: {
    subject: 'J’ai donné mon mot de passe',
    text: 'La personne dit avoir donné son mot de passe. Ses autres sessions et ses mots de passe d’appareil ont été fermés tout de suite. À vérifier : envois récents, règles, transferts.',
  },
  en: {
    subject: 'I gave my password',
    text: 'The person says they gave their password away. Their other sessions and device passwords were ended at once. To check: recent sending, rules, forwards.',
  },
} as const

const putOut = async (tx: Writer, owner: Owner, keep: ReadonlySet<number>) => {
  const { accountId: account, sessionId } = owner
  const { n = 0 } = (await tx.first(countSessions, { account, keep: sessionId })) ?? {}
  await endSessions(tx, account, sessionId)
  const gone = (await tx.all(appRows, { account })).filter(({ id }) => !keep.has(id))
  for (const { id } of gone) await tx.run(dropApp, { account, id })
  for (const kind of ['sign-in', 'reset']) await withdraw(tx, account, kind)
  await distrustDevices(tx, account)
  return { sessions: Number(n), apps: gone.length }
}

/**
 * Puts everybody else out: every other session, every app password but those kept (numbers of credentials), every
 * application that acts for the person, every browser that was trusted. Opens a request for those who answer, once a day.
 */
export const lockOut = async (
  post: Post,
  owner: Owner,
  { keep, ip }: { readonly keep: readonly number[]; readonly ip: string },
): Promise<LockedOut> => {
  const { people } = post
  const { ctx } = people
  const { accountId, login, locale } = owner
  const { first, ...done } = await ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const first = (await tx.first(lastOf, { account: accountId, since: now - day })) === undefined
    const done = await putOut(tx, owner, new Set(keep))
    const detail = `sessions ${done.sessions}, apps ${done.apps}`
    await appendAudit(tx, now, { actor: login, action: 'account.compromise', accountId, target: login, detail, ip })
    return { first, ...done }
  })
  ctx.store.bus.publishTopic('people', accountId)
  for (const { id } of await connectedApps(people, accountId))
    await revokeApp(people, owner, id).catch((error: unknown) =>
      ctx.log.warn('compromise.app', { message: String(error) }),
    )
  await notifyOwner(people, accountId, { kind: 'session-revoked', ip })
  const words = ticketWords[locale.startsWith('en') ? 'en' : 'fr']
  const wanted = { ...words, topic: 'account' as const, report: '' }
  // The account is safe whatever becomes of the request.
  const ticket = first
    ? await openTicket(post, owner, wanted).catch((error: unknown) => {
        ctx.log.warn('compromise.ticket', { message: String(error) })
        return undefined
      })
    : undefined
  return { ...done, ticket }
}

export type Left =
  | { readonly kind: 'forward'; readonly address: string; readonly own: boolean }
  | { readonly kind: 'rules'; readonly name: string }
  | { readonly kind: 'vacation' }
  | {
      readonly kind: 'identity'
      readonly id: number
      readonly name: string
      readonly email: string
      readonly copies: readonly string[]
    }
  | { readonly kind: 'factor'; readonly label: string; readonly at: number }
  | { readonly kind: 'app'; readonly label: string; readonly at: number }
  | { readonly kind: 'rescue'; readonly mail: string }
  | { readonly kind: 'contact'; readonly name: string }

/** Addresses that a script sends mail to, wherever in it. */
const redirections = (nodes: readonly Node[]): string[] =>
  nodes.flatMap((node) => [
    ...(node.name === 'redirect'
      ? node.args.flat().flatMap((value) => (typeof value === 'string' ? [value] : []))
      : []),
    ...redirections(node.block),
  ])

const rulesLeft = async (ctx: Context, tx: Reader, account: number): Promise<Left[]> => {
  const active = (await listScripts(tx, account)).find((script) => script.active)
  if (!active) return []
  const to = [...new Set(redirections((await programOf(ctx, tx, active)).commands))].slice(0, 50)
  const forwards: Left[] = []
  for (const address of to)
    forwards.push({ kind: 'forward', address, own: await ownsAddress(tx, account, address.toLowerCase()) })
  return [...forwards, { kind: 'rules', name: active.name }]
}

const identitiesLeft = async (tx: Reader, account: number): Promise<Left[]> =>
  (await listIdentities(tx, account))
    .map(({ id, name, email, replyTo, bcc, mayDelete }) => ({
      kind: 'identity' as const,
      id,
      name,
      email,
      copies: [...(replyTo ?? []), ...(bcc ?? [])].map((one) => one.email),
      mayDelete,
    }))
    // The account's own first one is only worth a look when it leads answers elsewhere.
    .filter(({ mayDelete, copies }) => mayDelete || copies.length > 0)
    .map(({ mayDelete: _, ...left }) => left)

const credentials = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('credential')
    .select(['kind', 'label', 'created_at as at'])
    .where('account_id', '=', p.account)
    .where('kind', '<>', 'password')
    .orderBy('created_at', 'desc')
    .limit(100),
)

/** What an intruder may have left in an account. */
export const whatIsLeft = async (people: People, account: number): Promise<Left[]> => {
  const { ctx } = people
  const now = ctx.clock.now()
  const found = await ctx.store.read(async (tx) => ({
    rules: await rulesLeft(ctx, tx, account),
    vacation: vacationIsOn(await readVacation(tx, account), now),
    identities: await identitiesLeft(tx, account),
    credentials: await tx.all(credentials, { account }),
  }))
  const rescue = await rescueOf(people, account)
  const { contacts } = await trustedContacts(people, account)
  return [
    ...found.rules,
    ...(found.vacation ? [{ kind: 'vacation' as const }] : []),
    ...found.identities,
    ...found.credentials
      .filter(({ kind, at }) => kind === 'app' || at > now - lately)
      .map(({ kind, label, at }): Left => ({ kind: kind === 'app' ? 'app' : 'factor', label, at })),
    ...(rescue.mail === '' ? [] : [{ kind: 'rescue' as const, mail: rescue.mail }]),
    ...contacts.map(({ name }): Left => ({ kind: 'contact', name })),
  ]
}

const removeIdentity = async (tx: AccountWriter, id: number): Promise<void> => {
  const identity = (await listIdentities(tx, tx.accountId)).find((one) => one.id === id)
  if (!identity) throw new Failure('notFound', `no identity ${id}`)
  if (identity.mayDelete) await deleteIdentityWithin(tx, id)
  else await updateIdentityWithin(tx, id, { replyTo: null, bcc: null })
}

export type Removal =
  | { readonly what: 'rules' }
  | { readonly what: 'vacation' }
  | { readonly what: 'identity'; readonly id: number }

/** Takes away what was left: stops the rules, the automatic answer, removes an identity. Throws Failure notFound. */
export const removeLeft = (people: People, owner: Owner, removal: Removal, ip: string): Promise<void> =>
  people.ctx.store.write(owner.accountId, async (tx) => {
    if (removal.what === 'rules') await activateScript(tx, undefined)
    else if (removal.what === 'vacation') {
      const before = await readVacation(tx, tx.accountId)
      await saveVacation(tx, { ...before, enabled: false })
    } else await removeIdentity(tx, removal.id)
    const { login: actor, accountId } = owner
    const target = removal.what === 'identity' ? `identity ${removal.id}` : removal.what
    await appendAudit(tx, tx.now, { actor, action: 'account.compromise', accountId, target, detail: 'remove', ip })
  })
