/**
 * Messages of the platform to the owner of an account: each change of its security, each refusal worth knowing, told
 * in their mailbox and at their verified rescue address.
 */
import { escapeHtml } from '#format/html/escape.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { describeAgent } from './agent.ts'
import { alerts, labels, refusalWords } from './alerts.data.ts'
import { countryName, countryOf, isLocalAddress } from './geo.ts'
import type { People } from './people.ts'
import { type Language, oneLine, postMail } from './platform-mail.ts'

export type SecurityEventKind = keyof typeof alerts
export type RefusalReason = keyof typeof refusalWords

export interface SecurityEvent {
  readonly kind: SecurityEventKind
  /** Milliseconds; now when absent. */
  readonly at?: number
  readonly ip?: string
  readonly userAgent?: string
  /** Country when it is known already; else it is looked up from `ip`. */
  readonly country?: string
  /** What exactly, in words (name of the app password, of the service), their owner's when it says how; one line. */
  readonly detail?: string | ((language: Language) => string)
  /** True: the rescue address has just been written to about it; the mailbox alone is told. */
  readonly mailboxOnly?: boolean
}

const ownerOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .leftJoin('person', 'person.account_id', 'account.id')
    .select([
      'account.name as name',
      'account.locale as locale',
      'account.status as status',
      'address.address as email',
      'person.rescue_mail as rescue',
      'person.rescue_verified_at as verified_at',
    ])
    .where('account.id', '=', p.account),
)

interface Owner {
  readonly name: string
  readonly language: Language
  /** Where the message goes: the mailbox, and the rescue address; perhaps nowhere. */
  readonly mailbox: readonly string[]
  readonly rescue: readonly string[]
}

const readOwner = async (tx: Reader, account: number): Promise<Owner | undefined> => {
  const row = await tx.first(ownerOf, { account })
  if (!row) return
  // A disabled account takes no mail; its owner is told where they can still read it.
  const own = row.email !== null && row.status === 'active' ? [row.email] : []
  const rescue = row.rescue && row.verified_at !== null ? [row.rescue] : []
  return { name: row.name, language: row.locale.startsWith('en') ? 'en' : 'fr', mailbox: own, rescue }
}

const paris: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  fr: new Intl.DateTimeFormat('fr-FR', { dateStyle: 'full', timeStyle: 'short', timeZone: 'Europe/Paris' }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'Europe/Paris' }),
}

const placeOf = (event: SecurityEvent, country: string, language: Language): string => {
  const { ip = '' } = event
  const words = labels[language]
  if (ip === '') return countryName(country, language)
  const where = isLocalAddress(ip) ? words.ownNetwork : countryName(country, language) || words.unknownPlace
  return `${where} (${words.address} ${oneLine(ip, 60)})`
}

interface Facts {
  readonly subject: string
  readonly greeting: string
  readonly what: string
  readonly rows: readonly (readonly [label: string, value: string])[]
  readonly advice: readonly string[]
  readonly link: readonly [text: string, url: string]
  readonly closing: string
}

const factsOf = (people: People, owner: Owner, event: SecurityEvent, country: string): Facts => {
  const { language } = owner
  const words = labels[language]
  const alert: { fr: { subject: string; what: string }; en: { subject: string; what: string }; suspicious?: false } =
    alerts[event.kind]
  const place = placeOf(event, country, language)
  const device = event.userAgent === undefined ? '' : describeAgent(event.userAgent, language)
  const rows = [
    [words.when, `${paris[language].format(event.at ?? people.ctx.clock.now())} (Paris)`],
    [words.from, place],
    [words.device, device],
    [words.detail, oneLine(typeof event.detail === 'function' ? event.detail(language) : (event.detail ?? ''))],
  ] as const
  return {
    subject: alert[language].subject,
    greeting: words.greeting(oneLine(owner.name, 100)),
    what: alert[language].what,
    rows: rows.filter(([, value]) => value !== ''),
    advice: alert.suspicious === false ? [words.help] : [words.wasYou, words.notYou, words.help],
    link: [words.page, `${people.options.publicUrl}/account/security`],
    closing: words.automatic,
  }
}

const plainText = ({ greeting, what, rows, advice, link, closing }: Facts, language: Language): string => {
  const colon = language === 'fr' ? ' : ' : ': '
  return [
    greeting,
    what,
    rows.map(([label, value]) => `${label}${colon}${value}`).join('\n'),
    ...advice,
    `${link[0]}${colon}${link[1]}`,
    `-- \n${closing}`,
  ].join('\n\n')
}

const htmlText = ({ subject, greeting, what, rows, advice, link, closing }: Facts, language: Language): string => {
  const lines = rows.map(([label, value]) => `<li><strong>${escapeHtml(label)}</strong> : ${escapeHtml(value)}</li>`)
  const paragraph = (text: string) => `<p>${escapeHtml(text)}</p>`
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>`,
    paragraph(greeting),
    paragraph(what),
    `<ul>${lines.join('')}</ul>`,
    ...advice.map(paragraph),
    `<p><a href="${escapeHtml(link[1])}">${escapeHtml(link[0])}</a></p>`,
    `<p><small>${escapeHtml(closing)}</small></p>`,
    '</body></html>',
  ].join('\n')
}

const send = async (people: People, account: number, event: SecurityEvent): Promise<void> => {
  const { ctx } = people
  const owner = await ctx.store.read((tx) => readOwner(tx, account))
  const to = owner ? [...owner.mailbox, ...(event.mailboxOnly ? [] : owner.rescue)] : []
  if (!owner || to.length === 0) return
  const country = event.country ?? (event.ip === undefined ? '' : await countryOf(event.ip, ctx.log))
  const { language } = owner
  const facts = factsOf(people, owner, event, country)
  await postMail(people, {
    language,
    from: language === 'fr' ? 'Sécurité du compte' : 'Account security',
    to,
    subject: facts.subject,
    text: plainText(facts, language),
    html: htmlText(facts, language),
    mark: event.kind,
  })
}

/**
 * Tells the owner of an account what happened to it. Resolves when the message is durably queued. Never rejects: what
 * it tells of has happened, and must not be undone because the message could not be written; the log says so.
 */
export const notifyOwner = async (people: People, account: number, event: SecurityEvent): Promise<void> => {
  try {
    await send(people, account, event)
  } catch (error) {
    people.ctx.log.error('people.notice', { account, kind: event.kind }, error)
  }
}

const hour = 3_600_000
const maxTold = 50_000
/** A person mistypes: only the third wrong password of an hour is worth a message. */
const tellFrom: Partial<Readonly<Record<RefusalReason, number>>> = { 'wrong-password': 3, 'wrong-factor': 2 }

interface Told {
  count: number
  since: number
}

const toldBy = new WeakMap<People, Map<string, Told>>()

/** True once an hour for an account and reason: at the first refusal, or the one from which it is worth telling. */
const worthTelling = (people: People, account: number, reason: RefusalReason): boolean => {
  let told = toldBy.get(people)
  if (!told) toldBy.set(people, (told = new Map()))
  const key = `${account} ${reason}`
  const now = people.ctx.clock.now()
  const known = told.get(key)
  const entry = known && now - known.since < hour ? known : { count: 0, since: now }
  entry.count++
  told.delete(key)
  told.set(key, entry)
  if (told.size > maxTold) told.delete(told.keys().next().value as string)
  return entry.count === (tellFrom[reason] ?? 1)
}

/**
 * The exact reason of a refused sign-in, to the owner alone: at most one message an hour for each reason, the third
 * wrong password of the hour for mistypings. Never rejects; call it without waiting, so that the answer to whoever tried
 * takes the same time for every reason.
 */
export const signInRefusedDetail = async (
  people: People,
  account: number,
  refusal: {
    readonly reason: RefusalReason
    readonly ip?: string
    readonly userAgent?: string
    /** Where it was tried: `web`, `imap`... */
    readonly service?: string
  },
): Promise<void> => {
  const { reason, ip, userAgent, service = '' } = refusal
  if (!worthTelling(people, account, reason)) return
  const owner = await people.ctx.store.read((tx) => readOwner(tx, account)).catch(() => undefined)
  const words = refusalWords[reason][owner?.language ?? 'fr']
  await notifyOwner(people, account, {
    kind: reason === 'throttled' ? 'sign-in-blocked' : 'sign-in-refused',
    detail: service === '' ? words : `${words} (${service.toUpperCase()})`,
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent }),
  })
}
