import { describe, expect, test } from 'vitest'
import type { Reading } from '../jmap/reading.ts'
import { attachmentDanger } from './attachments.ts'
import { chooseWarning, type Evidence } from './choose.ts'
import { editDistance, lookAlike, mixesScripts, registered, skeleton } from './domain.ts'
import { isDisguised, linkMismatch } from './links.ts'
import { foldName, isNamedLikeUs, otherAddressIn, speaksForUs } from './name.ts'
import { pressure } from './wording.ts'

const own = ['ac-exemple.fr', 'orange.fr', 'mairie-pontarlier.fr']

describe('domains made to be taken for another', () => {
  test.each([
    ['ac-exemp1e.fr', 'ac-exemple.fr'],
    ['ac-exernple.fr', 'ac-exemple.fr'],
    ['ac-exmeple.fr', 'ac-exemple.fr'],
    ['ac-exemple.com', 'ac-exemple.fr'],
    ['ac-exemple.fr.connexion-sso.example', 'ac-exemple.fr'],
    ['ac-exemple-fr.example', 'ac-exemple.fr'],
    ['ac-exemple-securite.com', 'ac-exemple.fr'],
    ['messagerie-ac-exemple.com', 'ac-exemple.fr'],
    ['xn--c-exemple-zyh.fr', 'ac-exemple.fr'],
    ['а\u0441-exemple.fr', 'ac-exemple.fr'],
    ['áč-exemple.fr', 'ac-exemple.fr'],
    ['mairie-pontarller.fr', 'mairie-pontarlier.fr'],
    ['mail.ac-exenple.fr', 'ac-exemple.fr'],
  ])('%s is like %s', (domain, known) => {
    expect(lookAlike(domain, own)).toBe(known)
  })

  test.each([
    'ac-exemple.fr',
    'mail.ac-exemple.fr',
    'AC-EXEMPLE.FR',
    'ac-dijon.fr',
    'ac-besancon.fr',
    'orange.com',
    'oranges.org',
    'education.gouv.fr',
    'free.fr',
    'gmail.com',
    '',
  ])('%s is like none', (domain) => {
    expect(lookAlike(domain, own)).toBeUndefined()
  })

  test('two alphabets in one label are seen, one alphabet and accents are not', () => {
    expect(mixesScripts('p\u0430ypal.example')).toBe(true)
    expect(mixesScripts('почта.example')).toBe(false)
    expect(mixesScripts('académie.example')).toBe(false)
  })

  test('a registered name is found below its second level', () => {
    expect(registered('a.b.education.gouv.fr')).toBe('education.gouv.fr')
    expect(registered('a.b.example.co.uk')).toBe('example.co.uk')
    expect(registered('mail.ac-exemple.fr')).toBe('ac-exemple.fr')
  })

  test('distances count a swap as one and are given up early', () => {
    expect(editDistance('besancon', 'beasncon', 2)).toBe(1)
    expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3)
    expect(skeleton('аc-ехеmрlе')).toBe(skeleton('ac-exemple'))
  })
})

describe('display names', () => {
  test('another address in the name is found', () => {
    expect(otherAddressIn('anne.martin@ac-exemple.fr', 'x@evil.example')).toBe('anne.martin@ac-exemple.fr')
    expect(otherAddressIn('Anne Martin', 'x@evil.example')).toBeUndefined()
    expect(otherAddressIn('X@evil.example', 'x@evil.example')).toBeUndefined()
  })
  test('a name of the platform is found', () => {
    expect(speaksForUs('Assistance ac-exemple', ['ac-exemple.fr'])).toBe(true)
    expect(speaksForUs('Sécurité AC-EXEMPLE', ['ac-exemple.fr'])).toBe(true)
    expect(speaksForUs('dsi@ac-exemple.fr', ['ac-exemple.fr'])).toBe(true)
    expect(speaksForUs('Support technique', ['ac-exemple.fr'])).toBe(false)
    expect(speaksForUs('Anne Martin', ['ac-exemple.fr'])).toBe(false)
  })
  test.each([
    'Académie de Besançon',
    'ACADEMIE BESANCON',
    'Sécurité – Académie de Besançon',
    'Académie de Besançon (messagerie)',
    'Aсadémie de Besançon',
    'Assistance académique',
    'DSI Support',
  ])('%s is the name of the platform or of its help', (name) => {
    expect(isNamedLikeUs(name, 'Académie de Besançon', ['Assistance académique', 'Support DSI'])).toBe(true)
  })
  test.each([
    '',
    'Anne Martin',
    'Support',
    'Académie de Dijon',
    'Musée de Besançon',
    'Amis de l’Académie de Besançon',
    'Assistance Orange',
  ])('“%s” is not', (name) => {
    expect(isNamedLikeUs(name, 'Académie de Besançon', ['Assistance académique', 'Support DSI', ''])).toBe(false)
  })
  test('a person is the same in any order, case and accents', () => {
    expect(foldName('MARTIN Anne-Élise')).toBe(foldName('Anne-Elise Martin'))
  })
})

describe('links', () => {
  test.each([
    ['https://mail.ac-exemple.fr/login', 'https://evil.example/x', 'mail.ac-exemple.fr', 'evil.example'],
    ['www.impots.gouv.fr', 'http://impots-gouv.example', 'impots.gouv.fr', 'impots-gouv.example'],
    ['ac-exemple.fr', 'https://ac-exemple.fr.evil.example/', 'ac-exemple.fr', 'ac-exemple.fr.evil.example'],
    ['https://ac\u200b-exemple.fr', 'https://evil.example', 'ac-exemple.fr', 'evil.example'],
  ])('%s that leads to %s differs', (text, href, shown, target) => {
    expect(linkMismatch(text, href)).toEqual({ shown, target })
  })
  test.each([
    ['cliquez ici', 'https://evil.example'],
    ['www.ac-exemple.fr', 'https://mail.ac-exemple.fr/x'],
    ['rapport.pdf', 'https://files.example/rapport.pdf'],
    ['anne@ac-exemple.fr', 'mailto:anne@ac-exemple.fr'],
    ['3.5', 'https://x.example'],
  ])('%s that leads to %s does not', (text, href) => {
    expect(linkMismatch(text, href)).toBeUndefined()
  })
  test('a name before @ and bare numbers are disguises', () => {
    expect(isDisguised('https://ac-exemple.fr@evil.example/')).toBe(true)
    expect(isDisguised('http://198.51.100.7/login')).toBe(true)
    expect(isDisguised('https://ac-exemple.fr/')).toBe(false)
  })
})

describe('attachments', () => {
  test.each([
    ['setup.exe', 'application/octet-stream', 'program'],
    ['facture.pdf.exe', 'application/pdf', 'disguised'],
    ['facture.pdf   .scr', 'application/pdf', 'disguised'],
    ['facture_\u202efdp.js', '', 'disguised'],
    ['notes.xlsm', '', 'macro'],
    ['colis.iso', '', 'image-disk'],
    ['connexion.html', 'text/html', 'page'],
    ['logo.svg', 'image/svg+xml', 'page'],
    ['x', 'application/x-msdownload', 'program'],
  ])('%s (%s) is %s', (name, type, danger) => {
    expect(attachmentDanger(name, type)).toBe(danger)
  })
  test.each(['emploi du temps.pdf', 'notes.xlsx', 'photo.jpeg', 'v1.2.docx', 'readme', 'archive.zip'])(
    '%s is not',
    (name) => {
      expect(attachmentDanger(name, 'application/octet-stream')).toBeUndefined()
    },
  )
})

describe('words that press', () => {
  test.each([
    ['Votre boîte est pleine', 'Cliquez ci-dessous pour augmenter votre espace.', 'quota'],
    [
      'Votre boite est pleine a 98%',
      'Sans action de votre part sous 24h votre compte sera supprime. Votre espace',
      'quota',
    ],
    ['Quota dépassé', 'Votre espace de stockage est épuisé. Augmenter mon espace', 'quota'],
    ['Storage limit', 'Your mailbox has exceeded its limit. Increase my quota', 'quota'],
    ['ALERTE', 'Votre compte sera desactive immediatement. Verifiez vos acces.', 'account'],
    ['Mailbox storage', 'Your mailbox is almost full. Click below to keep your messages.', 'quota'],
    ['Alerte', 'Votre compte sera suspendu dans les 24 h. Confirmez vos identifiants.', 'account'],
    ['Security', 'Your account will be deactivated. Verify your account immediately.', 'account'],
    ['URGENT', 'Vérifiez votre mot de passe sans délai.', 'password'],
    ['Service', 'Es-tu là ? C’est urgent, j’ai besoin de cartes cadeaux, répondez-moi vite et cliquez.', 'payment'],
  ])('%s: %s', (subject, text, about) => {
    expect(pressure(subject, text)).toBe(about)
  })
  test.each([
    ['Conseil de classe', 'Le conseil de classe aura lieu mardi à 17 h. Merci de confirmer votre présence.'],
    ['Urgent : remplacement', 'Pouvez-vous remplacer Mme Durand demain ? Répondez-moi vite.'],
    ['Mot de passe de la salle', 'Le mot de passe du wifi est affiché.'],
    ['Photocopies', 'Le quota de photocopies de la classe est atteint pour ce mois.'],
    ['Stockage', 'Le serveur de fichiers du lycée est plein, nous en commandons un autre.'],
    ['Meeting', 'Please click below to join the meeting.'],
  ])('%s is honest', (subject, text) => {
    expect(pressure(subject, text)).toBeUndefined()
  })
  test('a megabyte of hostile text is looked at in bounded time', () => {
    // A pattern that backtracks would never end here.
    expect(() => pressure('quota '.repeat(10_000), 'compte '.repeat(200_000))).not.toThrow()
  })
})

const quiet: Reading = {
  id: 'e1',
  platform: '',
  proof: 'verified',
  provedBy: 'free.fr',
  external: true,
  known: true,
  lookAlike: null,
  mixed: false,
  imitates: null,
  judged: null,
  images: 'ask',
  unsubscribe: null,
  sentBy: null,
  answeredBy: [],
}
const evidence = (reading: Partial<Reading>, more: Partial<Evidence> = {}): Evidence => ({
  reading: { ...quiet, ...reading },
  links: [],
  domains: ['ac-exemple.fr'],
  pressure: undefined,
  attachments: [],
  ...more,
})

describe('the one warning', () => {
  test('an ordinary message of somebody known gets none', () => {
    expect(chooseWarning(evidence({}))).toBeUndefined()
    expect(chooseWarning(evidence({ proof: 'own', external: false }))).toBeUndefined()
  })
  test('a mailing of a known sender may count the presses of its links', () => {
    expect(chooseWarning(evidence({}, { links: [{ shown: 'a.fr', target: 'click.example' }] }))).toBeUndefined()
  })
  test('a link that borrows our name, or hides behind letters or numbers, is told whoever sends it', () => {
    const findings = (shown: string, target: string, reading: Partial<Reading> = {}) =>
      chooseWarning(evidence(reading, { links: [{ shown, target }] }))
    const caution = (shown: string, target: string) => ({
      tone: 'caution',
      findings: [{ kind: 'link', shown, target }],
    })
    expect(findings('portail.ac-exemple.fr', 'click.example')).toEqual(
      caution('portail.ac-exemple.fr', 'click.example'),
    )
    expect(findings('a.fr', 'xn--fr-8ka.example')).toEqual(caution('a.fr', 'xn--fr-8ka.example'))
    expect(findings('a.fr', '192.0.2.1')).toEqual(caution('a.fr', '192.0.2.1'))
    const colleague = { proof: 'own', external: false } as const
    expect(findings('portail.ac-exemple.fr', 'evil.example', colleague)?.tone).toBe('caution')
    expect(findings('a.fr', 'click.example', colleague)).toBeUndefined()
  })
  test('the worst is first, the others are details', () => {
    const warning = chooseWarning(
      evidence(
        { known: false, lookAlike: 'ac-exemple.fr', proof: 'unverified' },
        { pressure: 'password', links: [{ shown: 'a.fr', target: 'b.example' }] },
      ),
    )
    expect(warning?.tone).toBe('danger')
    expect(warning?.findings.map(({ kind }) => kind)).toEqual(['look-alike', 'pressure', 'link', 'first-time'])
  })
  test('a first message from outside is told calmly', () => {
    expect(chooseWarning(evidence({ known: false }))).toEqual({ tone: 'notice', findings: [{ kind: 'first-time' }] })
  })
  test('our own domain that fails or is not proved is told', () => {
    expect(chooseWarning(evidence({ proof: 'failed', external: false }))?.tone).toBe('danger')
    expect(chooseWarning(evidence({ proof: 'unverified', external: false }))?.findings[0]?.kind).toBe('unproved-own')
    expect(chooseWarning(evidence({ proof: 'unknown', external: false }))).toBeUndefined()
  })
  test('a message of the platform is never warned of', () => {
    expect(
      chooseWarning(evidence({ platform: 'password-changed', proof: 'own' }, { pressure: 'password' })),
    ).toBeUndefined()
  })
  test('a colleague’s script is not warned of, a disguised one is', () => {
    const from = { proof: 'own', external: false } as const
    expect(chooseWarning(evidence(from, { attachments: [{ name: 'a.py.exe', danger: 'program' }] }))).toBeUndefined()
    expect(chooseWarning(evidence(from, { attachments: [{ name: 'a.pdf.exe', danger: 'disguised' }] }))?.tone).toBe(
      'danger',
    )
  })
})
