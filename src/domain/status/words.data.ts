/** What states and phases are called, on the page, in feeds and in mail. */
import type { Phase } from '../support/incidents.ts'
import type { Place } from './components.data.ts'
import type { State } from './state.ts'

interface Words {
  readonly fr: string
  readonly en: string
}

export const stateWords: Readonly<Record<State, Words>> = {
  operational: { fr: 'Fonctionne', en: 'Operational' },
  degraded: { fr: 'Perturbé', en: 'Degraded' },
  down: { fr: 'En panne', en: 'Down' },
  maintenance: { fr: 'En maintenance', en: 'Under maintenance' },
}

export const overallWords: Readonly<Record<State, Words>> = {
  operational: { fr: 'Tout fonctionne', en: 'Everything works' },
  degraded: { fr: 'Une partie des services est perturbée', en: 'Some services are disrupted' },
  down: { fr: 'Les services sont en panne', en: 'The services are down' },
  maintenance: { fr: 'Maintenance en cours', en: 'Maintenance under way' },
}

export const phaseWords: Readonly<Record<Phase, Words>> = {
  investigating: { fr: 'Nous cherchons la cause', en: 'We are looking for the cause' },
  identified: { fr: 'Cause trouvée', en: 'Cause found' },
  monitoring: { fr: 'Rétabli, sous surveillance', en: 'Restored, being watched' },
  resolved: { fr: 'Résolu', en: 'Resolved' },
  planned: { fr: 'Maintenance prévue', en: 'Maintenance planned' },
  reminder: { fr: 'Rappel', en: 'Reminder' },
  started: { fr: 'Maintenance commencée', en: 'Maintenance started' },
  finished: { fr: 'Maintenance terminée', en: 'Maintenance finished' },
  cancelled: { fr: 'Maintenance annulée', en: 'Maintenance cancelled' },
}

export const placeWords: Readonly<Record<Place, Words>> = {
  'sign-in': { fr: 'Se connecter', en: 'Signing in' },
  mail: { fr: 'Messagerie', en: 'Mail' },
  portal: { fr: 'Portail', en: 'Portal' },
  services: { fr: 'Services', en: 'Services' },
}
