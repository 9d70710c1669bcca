/** The questions that lead to the right account, as data. No account is looked up: only the way in is named. */
import type { Audience } from '../../../shell/preferences.ts'
import type { texts } from '../../../i18n/parts/gate.fr.ts'

export type WhichKey = keyof (typeof texts)['which']

export interface Result {
  readonly text: WhichKey
  /** The form to go to; or a page of the gate. */
  readonly audience?: Audience
  readonly page?: '/activate' | '/recover?what=identifier'
}

export interface Question {
  readonly ask: WhichKey
  readonly answers: readonly { readonly text: WhichKey; readonly to: string }[]
}

export const firstQuestion = 'who'

export const questions: Readonly<Record<string, Question>> = {
  who: {
    ask: 'who',
    answers: [
      { text: 'whoStaff', to: 'has' },
      { text: 'whoLocal', to: '=local' },
      { text: 'whoParent', to: 'both' },
      { text: 'whoPupil', to: 'pupilLevel' },
    ],
  },
  has: {
    ask: 'has',
    answers: [
      { text: 'hasYes', to: '=academic' },
      { text: 'hasNew', to: '=fresh' },
      { text: 'hasForgot', to: '=lostLogin' },
    ],
  },
  both: {
    ask: 'both',
    answers: [
      { text: 'bothNo', to: 'parentLevel' },
      { text: 'bothYes', to: '=parentBoth' },
    ],
  },
  parentLevel: {
    ask: 'level',
    answers: [
      { text: 'levelSecond', to: '=parentEdu' },
      { text: 'levelFirst', to: '=parentEdu' },
      { text: 'levelOther', to: '=school' },
    ],
  },
  pupilLevel: {
    ask: 'level',
    answers: [
      { text: 'levelSecond', to: '=pupilEdu' },
      { text: 'levelFirst', to: '=pupilSheet' },
      { text: 'levelOther', to: '=school' },
    ],
  },
}

export const results: Readonly<Record<string, Result>> = {
  academic: { text: 'academic', audience: 'staff' },
  fresh: { text: 'fresh', page: '/activate' },
  lostLogin: { text: 'lostLogin', page: '/recover?what=identifier' },
  local: { text: 'localResult', audience: 'administrative' },
  parentEdu: { text: 'parentEdu', audience: 'parent' },
  parentBoth: { text: 'parentBoth', audience: 'staff' },
  pupilEdu: { text: 'pupilEdu', audience: 'pupil' },
  pupilSheet: { text: 'pupilSheet', page: '/activate' },
  school: { text: 'school', audience: 'parent' },
}

/** What follows an answer: a question's name, or the result it names after `=`. */
export const resultOf = (to: string): Result | undefined => (to.startsWith('=') ? results[to.slice(1)] : undefined)
