/** Frauds: official addresses, triage of reports, practice, "I gave my password", in English. */
import type { texts as french } from './fraud.fr.ts'

export const texts: typeof french = {
  fraud: {
    official: {
      intro:
        'What the page “Is this address official?” takes for official, with everything to the left of each domain.',
      page: 'Open the public page',
      add: 'Add an official address',
      domain: 'Domain or link',
      nameFr: 'Whose it is, in French',
      nameEn: 'The same in English',
      added: 'Address added: the public page knows it already.',
      remove: 'Remove',
      removeOf: 'Remove {{name}}',
      removedDone: 'Address removed.',
      restore: 'Put back',
      restoreOf: 'Put back {{name}}',
      removed: 'Removed',
      restored: 'Address put back.',
      sources: {
        own: 'The académie',
        service: 'Declared services',
        added: 'Added here',
        national: 'State and national education',
      },
    },
  },
}
