/**
 * What people are told of, by which way, as a table that an auditor can read: the channels of each category for those who
 * have chosen nothing. `must`: this channel cannot be turned off. Urgent ones pass quiet hours whatever their category.
 */
import type { Words } from '#format/jmap/portal.ts'

export const channels = ['portal', 'push', 'mail'] as const
export type Channel = (typeof channels)[number]

/** At once, in the digest, or not at all. */
export const mailWays = ['now', 'digest', 'no'] as const
export type MailWay = (typeof mailWays)[number]

export interface ChannelChoice {
  readonly portal: boolean
  readonly push: boolean
  readonly mail: MailWay
}

interface CategoryRule {
  readonly words: Words
  readonly about: Words
  readonly usual: ChannelChoice
  readonly must?: 'portal'
}

const choice = (mail: MailWay, push = true): ChannelChoice => ({ portal: true, push, mail })

export const categories = {
  notice: {
    words: { fr: 'Informations officielles', en: 'Official notices' },
    about: { fr: 'Ce que l’académie et votre établissement vous adressent.', en: 'What the académie and your school send you.' },
    usual: choice('now'),
    must: 'portal',
  },
  reminder: {
    words: { fr: 'Rappels', en: 'Reminders' },
    about: { fr: 'Une lecture à confirmer, un document à remettre.', en: 'A reading to confirm, a document to hand in.' },
    usual: choice('now'),
    must: 'portal',
  },
  request: {
    words: { fr: 'Documents demandés', en: 'Documents asked for' },
    about: { fr: 'Un document à remettre, un reçu.', en: 'A document to hand in, a receipt.' },
    usual: choice('now'),
    must: 'portal',
  },
  ticket: {
    words: { fr: 'Assistance', en: 'Support' },
    about: { fr: 'Les réponses à vos demandes d’aide.', en: 'Answers to your requests for help.' },
    usual: choice('now'),
  },
  status: {
    words: { fr: 'Incidents et maintenances', en: 'Incidents and maintenance' },
    about: { fr: 'Un service en panne, une intervention prévue.', en: 'A service that is down, planned work.' },
    usual: choice('digest', false),
  },
  service: {
    words: { fr: 'Services', en: 'Services' },
    about: { fr: 'Une note, une absence, un rendez-vous.', en: 'A grade, an absence, an appointment.' },
    usual: choice('digest'),
  },
  mail: {
    words: { fr: 'Messagerie', en: 'Mail' },
    about: { fr: 'Un envoi prévu, un rappel que vous avez posé.', en: 'A scheduled message, a reminder of your own.' },
    usual: choice('no'),
  },
  test: {
    words: { fr: 'Essai', en: 'Test' },
    about: { fr: 'La notification d’essai de cette page.', en: 'The test notification of this page.' },
    usual: choice('now'),
  },
} as const satisfies Readonly<Record<string, CategoryRule>>

export type Category = keyof typeof categories

export const categoryNames = Object.keys(categories) as readonly Category[]

export const ruleOf = (category: Category): CategoryRule => categories[category]
