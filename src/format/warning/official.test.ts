import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Assessed, assess, differences, longestPaste, mostFound, type OfficialPlace } from './official.ts'

const place = (domain: string): OfficialPlace => ({ domain, name: { fr: domain, en: domain } })
const places = [
  'ac-exemple.fr',
  'ac-besancon.fr',
  'education.gouv.fr',
  'gouv.fr',
  'eclat-bfc.fr',
  'messagerie.ac-exemple.fr',
  'localhost:8080',
].map(place)

const only = (text: string): Assessed => {
  const found = assess(text, places)
  expect(found).toHaveLength(1)
  return found[0] as Assessed
}

describe('official addresses', () => {
  test.each([
    ['https://ac-exemple.fr/', 'ac-exemple.fr'],
    ['ac-exemple.fr', 'ac-exemple.fr'],
    ['HTTPS://WWW.AC-EXEMPLE.FR./aide', 'ac-exemple.fr'],
    ['https://messagerie.ac-exemple.fr/mail', 'messagerie.ac-exemple.fr'],
    ['anne.martin@ac-exemple.fr', 'ac-exemple.fr'],
    ['https://educonnect.education.gouv.fr/idp/', 'education.gouv.fr'],
    ['https://www.impots.gouv.fr', 'gouv.fr'],
    ['http://localhost:8080/login', 'localhost:8080'],
    ['https:\\\\ac-exemple.fr\\aide', 'ac-exemple.fr'],
    ['https://ac-exemple%2efr/', 'ac-exemple.fr'],
    ['hxxps://ac-exemple[.]fr/aide', 'ac-exemple.fr'],
    ['https://ac-exem\u200bple.fr', 'ac-exemple.fr'],
  ])('%s is of %s', (text, domain) => {
    expect(only(text)).toMatchObject({ verdict: 'official', place: { domain } })
  })

  test('an official host in the clear or at another port says so', () => {
    expect(only('http://ac-exemple.fr:8443/')).toMatchObject({ verdict: 'official', tricks: ['port', 'insecure'] })
    expect(only('https://ac-exemple.fr/').tricks).toEqual([])
    expect(only('http://localhost:8080/').tricks).toEqual([])
  })
})

describe('look-alikes, by trick', () => {
  test.each([
    ['https://ac-exernple.fr/connexion', 'letters', 'ac-exemple.fr'],
    ['https://ac-exemp1e.fr', 'letters', 'ac-exemple.fr'],
    ['acexemple.fr', 'letters', 'ac-exemple.fr'],
    ['https://ac-exmeple.fr', 'letters', 'ac-exemple.fr'],
    ['https://\u0430c-exemple.fr', 'alphabets', 'ac-exemple.fr'],
    ['https://xn--c-exemple-zyh.fr', 'alphabets', 'ac-exemple.fr'],
    ['https://ac-besançon.fr', 'alphabets', 'ac-besancon.fr'],
    ['https://ac-exemple.com', 'ending', 'ac-exemple.fr'],
    ['https://ac-exemple.fr.connexion-sso.example/', 'inside', 'ac-exemple.fr'],
    ['https://messagerie.ac-exemple.connexion.example', 'inside', 'ac-exemple.fr'],
    ['https://education.gouv.fr.verification.example', 'inside', 'education.gouv.fr'],
    ['https://ac-exemple-securite.com', 'joined', 'ac-exemple.fr'],
    ['https://portail-ac-exemple-fr.com', 'joined', 'ac-exemple.fr'],
    ['https://impots-gouv.com', 'joined', 'gouv.fr'],
    ['https://antai-gouv-amende.info/paiement', 'joined', 'gouv.fr'],
    ['assistance@ac-exernple.fr', 'letters', 'ac-exemple.fr'],
    ['assistance.ac-exemple@gmail.com', 'local', 'ac-exemple.fr'],
    ['https://ac-exemple.fr@evil.example/', 'userinfo', 'ac-exemple.fr'],
    ['https://ac-exemple.fr%2Flogin@evil.example/', 'userinfo', 'ac-exemple.fr'],
  ])('%s: %s of %s', (text, trick, domain) => {
    const found = only(text)
    expect(found).toMatchObject({ verdict: 'look-alike', place: { domain } })
    expect(found.tricks).toContain(trick)
  })

  test('the host is the one a browser would go to, whatever stands before it', () => {
    expect(only('https://evil.example\\@ac-exemple.fr/').host).toBe('evil.example')
    expect(only('https://ac-exemple.fr:443@evil.example').counts).toBe('evil.example')
    expect(only('https://evil.example#@ac-exemple.fr').host).toBe('evil.example')
    expect(only('https://evil.example/ac-exemple.fr').verdict).toBe('unknown')
  })

  test('the differing letters are shown beside the right ones', () => {
    expect(only('https://ac-exernple.fr').pieces).toEqual([
      { text: 'ac-exe' },
      { text: 'rn', instead: 'm' },
      { text: 'ple.fr' },
    ])
    expect(only('https://\u0430c-exemple.fr').pieces[0]).toEqual({ text: '\u0430', instead: 'a' })
    expect(only('https://ac-besancn.fr').pieces).toEqual([
      { text: 'ac-besanc' },
      { text: '', instead: 'o' },
      { text: 'n.fr' },
    ])
  })

  test('what is read as another alphabet is shown as computers have it, too', () => {
    expect(only('https://ac-besançon.fr')).toMatchObject({ host: 'ac-besançon.fr', ascii: 'xn--ac-besanon-v6a.fr' })
  })
})

describe('unknown addresses', () => {
  test.each([
    ['https://www.lemonde.fr/', []],
    ['contact@mairie-pontarlier.fr', []],
    ['https://bit.ly/3abc', ['short']],
    ['https://docs.google.com/forms/d/e/1', ['shared']],
    ['https://ecole-exemple.netlify.app', ['shared']],
    ['http://192.0.2.7/login', ['numbers', 'insecure']],
    ['https://3221225991/', ['numbers']],
    ['https://user:secret@example.org:8443/', ['userinfo', 'port']],
    ['https://académie.example', ['foreign-letters']],
    ['https://p\u0430ypal.example', ['alphabets']],
  ])('%s: %j', (text, tricks) => {
    expect(only(text)).toMatchObject({ verdict: 'unknown', place: undefined, tricks })
  })

  test('a link that leads to no place is told apart', () => {
    expect(only('javascript:alert(1)//ac-exemple.fr')).toMatchObject({ verdict: 'unknown', tricks: ['script'] })
  })
})

describe('a whole text', () => {
  test('every link, address and domain is found once, the gravest first', () => {
    const text = `Bonjour, votre compte sera fermé (voir https://www.ac-exernple.fr/activer). Écrivez à dsi@ac-exemple.fr,
      ou <https://bit.ly/x>. Le fichier rapport.pdf est joint.Merci de votre aide. dsi@ac-exemple.fr`
    expect(assess(text, places).map(({ given, verdict }) => [given, verdict])).toEqual([
      ['https://www.ac-exernple.fr/activer', 'look-alike'],
      ['https://bit.ly/x', 'unknown'],
      ['dsi@ac-exemple.fr', 'official'],
    ])
  })

  test('a text without any has none', () => {
    expect(assess('Bonjour. Merci.De rien', places)).toEqual([])
    expect(assess('', places)).toEqual([])
  })

  test('it is bounded', () => {
    const many = Array.from({ length: 500 }, (_, i) => `https://a${i}.example/`).join(' ')
    expect(assess(many, places)).toHaveLength(mostFound)
    const before = process.cpuUsage()
    for (const evil of [
      'a.'.repeat(longestPaste),
      'a-'.repeat(longestPaste),
      'a@'.repeat(longestPaste),
      '%'.repeat(longestPaste),
    ])
      assess(evil, places)
    // Of the processor, which may be shared.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(5000)
  })

  test('nothing that is pasted makes it fail, and no official verdict is given to a host that is not below one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const one of assess(`https://${text} ${text}@${text}.fr`, places))
          if (one.verdict === 'official')
            expect(
              places.some(({ domain }) => `.${one.ascii || one.host}`.endsWith(`.${domain.replace(/:\d+$/, '')}`)),
            ).toBe(true)
      }),
    )
  })
})

test('differences of nothing are nothing', () => {
  expect(differences('', '')).toEqual([])
  expect(differences('abc', 'abc')).toEqual([{ text: 'abc' }])
})
