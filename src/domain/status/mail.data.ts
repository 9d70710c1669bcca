/** The words of messages about the status of the services. */
import type { Incident } from '../support/incidents.ts'
import { zone } from '../support/paris.ts'

interface Text {
  readonly subject: string
  readonly paragraphs: readonly string[]
}

interface Texts {
  readonly from: string
  readonly confirm: (link: string) => Text
  readonly when: (incident: Pick<Incident, 'kind' | 'startsAt' | 'endsAt'>) => string
  readonly leave: string
}

const moments = {
  fr: new Intl.DateTimeFormat('fr-FR', { dateStyle: 'full', timeStyle: 'short', timeZone: zone }),
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: zone }),
}

export const statusMail: Readonly<Record<'fr' | 'en', Texts>> = {
  fr: {
    from: 'État des services',
    confirm: (link) => ({
      subject: 'Confirmez : recevoir l’état des services',
      paragraphs: [
        'Quelqu’un, sans doute vous, a demandé que cette adresse soit prévenue des pannes et des maintenances.',
        'Pour le confirmer, ouvrez cette adresse :',
        link,
        'Si ce n’était pas vous, ne faites rien : vous ne recevrez rien d’autre.',
      ],
    }),
    when: ({ kind, startsAt, endsAt }) =>
      kind === 'maintenance' && endsAt !== undefined
        ? `Du ${moments.fr.format(startsAt)} au ${moments.fr.format(endsAt)} (heure de Paris)`
        : `Depuis le ${moments.fr.format(startsAt)} (heure de Paris)`,
    leave: 'Pour ne plus recevoir ces messages :',
  },
  en: {
    from: 'Status of the services',
    confirm: (link) => ({
      subject: 'Confirm: status of the services by mail',
      paragraphs: [
        'Somebody, probably you, asked that this address be told of outages and maintenance.',
        'To confirm it, open this address:',
        link,
        'If it was not you, do nothing: you will receive nothing else.',
      ],
    }),
    when: ({ kind, startsAt, endsAt }) =>
      kind === 'maintenance' && endsAt !== undefined
        ? `From ${moments.en.format(startsAt)} to ${moments.en.format(endsAt)} (Paris time)`
        : `Since ${moments.en.format(startsAt)} (Paris time)`,
    leave: 'To receive these messages no more:',
  },
}
