import { expect, test } from 'vitest'
import { imageKind } from '#format/image/kind.ts'
import { decodeError, knownWords, longestError } from './decode.ts'
import { guideLanguages } from './guide.ts'
import { loadLibrary } from './library.ts'
import { errorPatterns } from './patterns.data.ts'
import { programPictures } from './pictures.ts'
import { stripPersonal } from './strip.ts'

const library = await loadLibrary()
const first = (text: string, language: 'fr' | 'en' = 'fr') => decodeError(library, text, language)[0]

test('every guide is there in both languages, with the same codes, theme, readers and version', () => {
  const outline = (language: 'fr' | 'en') =>
    library
      .list(language)
      .map(({ id, theme, profiles, devices, topic, version, codes }) => ({
        id,
        theme,
        profiles,
        devices,
        topic,
        version,
        codes: [...codes.keys()],
      }))
      .sort((a, b) => a.id.localeCompare(b.id))
  expect(outline('en')).toEqual(outline('fr'))
})

/** Public pages of help that are no guides. */
const pages = new Set(['address', 'contacts'])

test('every link of a guide leads to a guide of the same language, and nothing in it runs', () => {
  const wrong: string[] = []
  for (const language of guideLanguages)
    for (const guide of library.list(language)) {
      for (const [, prefix = '', id = ''] of guide.html.matchAll(/href="\/(aide|help)\/([^"]*)"/g))
        if (prefix !== (language === 'fr' ? 'aide' : 'help') || !(pages.has(id) || library.get(id, language)))
          wrong.push(`${language}/${guide.id}: /${prefix}/${id}`)
      if (/<script|\son\w+=|javascript:/i.test(guide.html)) wrong.push(`${language}/${guide.id}: script`)
      if (/\]\(/.test(guide.html) || guide.summary.length > 200 || guide.next.length > 200) wrong.push(guide.id)
    }
  expect(wrong).toEqual([])
})

test('every picture of a guide is there, of its language, described, as large as its name says, and shown somewhere', async () => {
  const pictures = await programPictures()
  const wrong: string[] = []
  const shown = new Set<string>()
  for (const language of guideLanguages)
    for (const guide of library.list(language))
      for (const [, src = '', alt = '', width, height] of guide.html.matchAll(
        /<img src="([^"]*)" alt="([^"]*)" width="(\d+)" height="(\d+)"/g,
      )) {
        const name = src.replace('/aide/pictures/', '')
        const kind = imageKind(pictures.get(name)?.bytes ?? new Uint8Array())
        shown.add(name)
        if (
          !name.includes(`-${language}.`) ||
          alt.length < 20 ||
          `${kind?.width} ${kind?.height}` !== `${width} ${height}`
        )
          wrong.push(`${language}/${guide.id}: ${src}`)
      }
  expect(wrong).toEqual([])
  expect([...pictures.keys()].filter((name) => !shown.has(name))).toEqual([])
  expect(shown.size).toBeGreaterThan(20)
})

test('every error of others leads to a guide', () => {
  expect(errorPatterns.filter(({ guide }) => !library.get(guide, 'fr')).map(({ guide }) => guide)).toEqual([])
})

test.each([
  ['Problème AUTH-05 ce matin', 'code-refused'],
  ['code auth 01', 'wrong-password'],
  ['SSO‑32', 'account-not-linked'],
  ['Erreur ProConnect Y020018 lors de la connexion', 'stronger-sign-in'],
  ['Y020026', 'proconnect'],
  ['Y123456 : erreur', 'proconnect'],
  ['a1 NO [AUTHENTICATIONFAILED] Wrong identifier or password', 'program-password-refused'],
  ['534-5.7.9 This account has a second factor: make an app password', 'app-password'],
  ['<x@y.fr>: host mx.y.fr said: 550-5.1.1 The email account does not exist', 'bounce-unknown'],
  ['552 5.2.2 <someone>: mailbox over quota', 'bounce-full'],
  ['550 5.7.1 Service unavailable; client host blocked using Spamhaus', 'bounce-refused'],
  ['451 4.7.1 Greylisting in action, please come back later', 'bounce-delayed'],
  ['5.9.9 something nobody knows', 'bounce-refused'],
  ['Impossible de vérifier l’identité du serveur', 'certificate'],
  ['Échec de la connexion : net::ERR_CERT_DATE_INVALID', 'certificate'],
  ['DNS_PROBE_FINISHED_NXDOMAIN', 'no-network'],
  ['Outlook erreur (0x800CCC0E) : impossible', 'program-no-connection'],
  ['Thunderbird n’a pas pu trouver les paramètres de votre compte', 'program-no-connection'],
  ['Le nom d’utilisateur ou le mot de passe pour « Besançon » est incorrect.', 'program-password-refused'],
  ['aucun élève n’est rattaché à votre compte', 'account-not-linked'],
  ['INVALID_TICKET ticket ST-123 not recognized', 'service-request'],
  ['urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext', 'stronger-sign-in'],
  ['Error 503', 'server-trouble'],
  ['Votre compte sera désactivé, cliquez ici pour confirmer', 'phishing'],
  ['mon telephone perdu second facteur', 'lost-second-factor'],
])('the decoder answers %j by the guide %s', (text, guide) => {
  expect(first(text)?.guide.id).toBe(guide)
  expect(first(text, 'en')?.guide.language ?? 'en').toBe('en')
})

test('every code of ours is decoded, with a sentence in each language', () => {
  for (const language of guideLanguages)
    for (const code of library.codes) {
      const found = first(`Erreur ${code}.`, language)
      expect([code, found?.how, found?.found, found?.guide.language]).toEqual([code, 'code', code, language])
      expect(found?.meaning.length).toBeGreaterThan(10)
    }
})

test.each(['', '   ', 'zzz qqq xxx', '1234', '550 élèves inscrits en sortie'])(
  'the decoder does not know %j for sure',
  (text) => {
    expect(first(text)?.how === 'pattern').toBe(false)
    if (!text.includes('550')) expect(decodeError(library, text, 'fr')).toEqual([])
  },
)

test('hostile texts of any size are answered: a pattern that backtracks would never end here', () => {
  for (const piece of ['a', 'AUTH-', '5.1.', ' * ', 'the user name or password ', 'é', '-:_', '\u0300', '<a@b'])
    for (const size of [longestError, longestError * 20]) {
      const text = piece.repeat(Math.ceil(size / piece.length))
      expect(decodeError(library, text, 'en').length).toBeLessThanOrEqual(3)
      expect(stripPersonal(text, knownWords(library)).length).toBeLessThanOrEqual(600)
    }
})

test.each([
  ['mot de passe oublier', 'forgotten-password'],
  ['activasion fiche', 'activation-sheet'],
  ['QUOTA', 'mailbox-full'],
  ['iphone', 'iphone'],
  ['grille', 'printed-grid'],
  ['educonect parent', 'educonnect'],
])('the search for %j finds %s first, mistakes and accents forgiven', (text, guide) => {
  expect(library.search(text, 'fr')[0]?.id).toBe(guide)
})

test('what is kept of a text has no address, name, number, token or place', () => {
  const text = `Dear Claire Dupont,
From: Jean-Pierre Moreau <jp.moreau@famille.example>
Bonjour Madame Lefèvre, je m'appelle karim benali. Mon tel 06 12 34 56 78 ou +33612345678, né le 12/03/2012.
INE 120456789HB, NUMEN 25E1234567ABC. Connexion depuis 192.168.1.45 et 2a01:e0a:12:34::1 refusée, kernel blurb exploded 0x80070005
https://mail.exemple.fr/reset?token=AbCdEf0123456789AbCdEf login c.dupont claire@ac-demo.test jeton eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx
Cordialement,
Sophie Bernard, 3 rue des Tilleuls`
  const kept = stripPersonal(text, knownWords(library))
  for (const secret of [
    'Claire',
    'Dupont',
    'Jean',
    'Moreau',
    'Lefèvre',
    'karim',
    'benali',
    '06',
    '34',
    '336',
    '2012',
    '120456789',
    '25E1',
    '192.168',
    '2a01',
    'exemple',
    'token=',
    'AbCd',
    '@',
    'eyJ',
    'Sophie',
    'Bernard',
    'Tilleuls',
    'c.dupont',
  ])
    expect([secret, kept.includes(secret)]).toEqual([secret, false])
  expect(kept).toContain('kernel blurb exploded 0x80070005')
  expect(kept.length).toBeLessThanOrEqual(600)
})
