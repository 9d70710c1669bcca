/** A rule as sentences, in the page's language. */

import type { TFunction } from 'i18next'
import type { MailLabel } from '#format/jmap/organising.ts'
import type { Rule } from '#format/sieve/rules/rule.ts'
import type { Mailbox } from '../../data/index.ts'
import { localeOf } from '../../i18n/format.ts'
import { flat, mailboxName, mailboxTree } from '../mail/mailboxes/mailbox-names.ts'
import { type ActionDraft, type ConditionDraft, draftRule, needsText, type Place } from './draft.ts'

/** Mailboxes by the path that scripts name them by: the names that the server has, from the top. */
export const placesOf = (mailboxes: readonly Mailbox[]): Place[] => {
  const byId = new Map(mailboxes.map((mailbox) => [mailbox.id, mailbox]))
  const pathOf = (mailbox: Mailbox, depth = 0): string => {
    const parent = mailbox.parentId === null || depth > 20 ? undefined : byId.get(mailbox.parentId)
    const name = mailbox.role === 'inbox' ? 'INBOX' : mailbox.name
    return parent ? `${pathOf(parent, depth + 1)}/${name}` : name
  }
  return mailboxes.map((mailbox) => ({ id: mailbox.id, path: pathOf(mailbox) }))
}

/** As they stand beside the list: the standard ones first, then folders with what is within them. */
export const inOrder = (mailboxes: readonly Mailbox[]): readonly Mailbox[] => {
  const { standard, own } = mailboxTree(mailboxes)
  return [...flat(standard), ...flat(own)].map(({ mailbox }) => mailbox)
}

/** A mailbox as people know it, with what it is in. */
export const placeName = (mailboxes: readonly Mailbox[], id: string, t: TFunction): string => {
  const mailbox = mailboxes.find((one) => one.id === id)
  if (!mailbox) return ''
  const name = mailboxName(mailbox, t)
  return mailbox.parentId === null ? name : `${placeName(mailboxes, mailbox.parentId, t)} / ${name}`
}

const quoted = (text: string, t: TFunction): string => {
  const values = text.split('\n').filter((line) => line.trim() !== '')
  const shown = values.slice(0, 4).map((value) => t('rules.quoted', { value }))
  const more = values.length - shown.length
  return [...shown, ...(more > 0 ? [t('rules.more', { count: more })] : [])].join(t('rules.orJoin'))
}

const dayWords = (day: string, language: string): string => {
  const date = new Date(`${day}T12:00:00Z`)
  return Number.isNaN(date.getTime())
    ? day
    : new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'long' }).format(date)
}

const conditionWords = ({ subject, how, header, text }: ConditionDraft, t: TFunction, language: string): string => {
  const about = subject === 'header' ? t('rules.headerNamed', { name: header }) : t(`rules.subject.${subject}`)
  const value =
    subject === 'size'
      ? t('rules.megabytes', { size: text })
      : subject === 'day'
        ? dayWords(text, language)
        : quoted(text, t)
  return needsText(how) ? `${about} ${t(`rules.how.${how}`)} ${value}` : `${about} ${t(`rules.how.${how}`)}`
}

const actionWords = (draft: ActionDraft, { mailboxes, labels }: Known, t: TFunction): string => {
  const { kind, mailboxId, path } = draft
  const label = kind === 'label' ? labels.find(({ keyword }) => keyword === draft.text.toLowerCase()) : undefined
  const text = label?.name ?? draft.text
  const where = placeName(mailboxes, mailboxId, t) || path
  return t(`rules.did.${kind}`, { where, text })
}

/** What rules name, as people know it. */
export interface Known {
  readonly mailboxes: readonly Mailbox[]
  readonly labels: readonly MailLabel[]
}

export interface Sentences {
  readonly when: string
  readonly what: string
}

export const sentencesOf = (rule: Rule, known: Known, t: TFunction, language: string): Sentences => {
  const draft = draftRule(rule, placesOf(known.mailboxes))
  const conditions = draft.conditions.map((one) => conditionWords(one, t, language))
  const when =
    conditions.length === 0
      ? t('rules.always')
      : t('rules.when', { what: conditions.join(t(rule.match === 'any' ? 'rules.orClause' : 'rules.andClause')) })
  const actions = draft.actions.map((one) => actionWords(one, known, t))
  if (draft.stop) actions.push(t('rules.did.stop'))
  return { when, what: actions.join(t('rules.actionJoin')) }
}
