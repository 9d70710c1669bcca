import { expect, test } from 'vitest'
import { texts as en } from '../../../i18n/parts/compose.en.ts'
import { texts as fr } from '../../../i18n/parts/compose.fr.ts'
import { mentionsAttachment } from './mentions.ts'

const french = (text: string) => mentionsAttachment(text, fr.compose.attachmentWords)

test('a text that speaks of an attached file is recognised', () => {
  for (const text of ['Voir la pièce jointe.', 'Ci-joint le tableau', 'le document joint', 'PIÈCES JOINTES :'])
    expect([text, french(text)]).toEqual([text, true])
  expect(mentionsAttachment('Please find it attached', en.compose.attachmentWords)).toBe(true)
})

test('words that only look alike are not', () => {
  for (const text of ['Je me joins à vous', 'rejoint', 'Bonjour', 'un conjoint'])
    expect([text, french(text)]).toEqual([text, false])
})

test('French words are recognised whatever the language of the interface', () => {
  expect(mentionsAttachment('vous trouverez ci-joint', en.compose.attachmentWords)).toBe(true)
})
