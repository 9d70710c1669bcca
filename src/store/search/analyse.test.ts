import { expect, test } from 'vitest'
import { analyse, fold, parseQuery } from './analyse.ts'
import { stem } from './stem.ts'

const meet = (...forms: string[]) => {
  const stems = new Set(forms.map((form) => analyse(form).join(' ')))
  expect([...stems], forms.join(', ')).toHaveLength(1)
}

test('accents, case and ligatures fold', () => {
  expect(fold('ÉLÈVE Cœur Æther Straße naïve')).toBe('eleve coeur aether strasse naive')
  meet('élève', 'ELEVE', 'Élèves', 'e\u0301le\u0300ve')
})

test('compatibility forms are what they stand for', () => {
  expect(analyse('ﬁche №5 ＡＢＣ x² ™')).toEqual(analyse('fiche no5 abc x2 tm'))
})

test('French elisions are dropped, also with a typographic apostrophe', () => {
  expect(analyse("l'élève d’Artagnan qu'il jusqu'ici aujourd'hui")).toEqual([
    ...analyse('élève Artagnan il ici'),
    'aujourdhui',
  ])
})

test('singular and plural meet', () => {
  meet('cheval', 'chevaux')
  meet('bureau', 'bureaux')
  meet('jeu', 'jeux')
  meet('réunion', 'réunions')
  meet('travail', 'travaux')
  meet('company', 'companies')
  meet('copie', 'copies', 'copy')
  meet('address', 'addresses')
  meet('note', 'notes')
  meet('leçon', 'leçons')
  meet('document', 'documents')
  meet('campus', 'campus')
})

test('masculine and feminine meet', () => {
  meet('régional', 'régionale', 'régionaux', 'régionales')
  meet('directeur', 'directrice', 'directrices', 'directeurs')
  meet('ancien', 'ancienne', 'anciennes')
  meet('annuel', 'annuelle')
  meet('premier', 'première', 'premiers', 'premières')
  meet('actif', 'active', 'actives')
  meet('heureux', 'heureuse')
})

test('common forms of a verb meet', () => {
  meet(
    'convoquer',
    'convoque',
    'convoqué',
    'convoquée',
    'convoqués',
    'convoquées',
    'convoquez',
    'convoquait',
    'convoquent',
  )
  meet('demander', 'demandera', 'demanderont', 'demandaient', 'demande', 'demandes')
  meet('réunir', 'réuni', 'réunie', 'réunis', 'réunissent', 'réunissant')
  meet('envoyer', 'envoyé', 'envoie', 'envoi', 'envois')
  meet('update', 'updated', 'updating', 'updates')
  meet('plan', 'planned')
  meet('attach', 'attached', 'attaching')
})

test('different words stay apart', () => {
  for (const [one, other] of [
    ['reunion', 'reunir'],
    ['parent', 'part'],
    ['pied', 'pie'],
    ['need', 'ne'],
    ['mer', 'me'],
    ['mercier', 'merci'],
  ] as const)
    expect(stem(one) === stem(other), `${one} ${other}`).toBe(false)
})

test('an address and a hyphenated word are their parts in a row', () => {
  expect(analyse('jean-pierre.dupont@ac-test.fr')).toEqual(analyse('jean pierre dupont ac test fr'))
  expect(parseQuery('dupont@ac-test')).toEqual([{ terms: analyse('dupont ac test'), prefix: 'test' }])
})

test('digits are words', () => {
  expect(analyse('Le 12/09/2026 en 3eB, salle B204')).toEqual(['le', '12', '09', '2026', 'en', '3eb', 'sal', 'b204'])
})

test('scripts without spaces become pairs that any part of them finds', () => {
  expect(analyse('東京都 hotel')).toEqual(['東京', '京都', '都', 'hotel'])
  expect(parseQuery('京都', false)).toEqual([{ terms: ['京都'] }])
  expect(parseQuery('都', false)).toEqual([{ terms: ['都'] }])
})

test('quoted text is a phrase and only an open last word is a beginning', () => {
  expect(parseQuery('conseil "de classe" réu')).toEqual([
    { terms: ['conseil'] },
    { terms: ['de', 'class'] },
    { terms: ['reu'], prefix: 'reu' },
  ])
  expect(parseQuery('conseil "de classe"')).toEqual([{ terms: ['conseil'] }, { terms: ['de', 'class'] }])
  expect(parseQuery('« conseil de classe »')).toEqual([{ terms: ['conseil', 'de', 'class'] }])
  expect(parseQuery('  ,; ')).toEqual([])
})

test('hostile text is bounded', () => {
  expect(analyse('a'.repeat(1_000_000))).toHaveLength(16)
  expect(analyse('ab '.repeat(100_000), 1_000)).toHaveLength(1_000)
  expect(parseQuery('"'.repeat(10_000)).length).toBeLessThan(33)
  expect(parseQuery('x '.repeat(10_000))).toHaveLength(32)
})
