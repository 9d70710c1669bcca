/** What full text promises on every engine (store/search/search.ts). */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { readState, trimming } from '#store/changes.ts'
import type { SearchExpression, SearchField, SearchIndex } from '#store/search/search.ts'
import { createSearchIndex } from '#store/search/thread.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'
import { addEmail, message, removeEmail } from './emails.ts'

const openSearch = (bench: Bench): SearchIndex =>
  createSearchIndex({
    source: {
      engine: bench.connectionString
        ? { kind: 'postgres', connectionString: bench.connectionString }
        : { kind: 'sqlite', path: join(bench.folder, 'test.db') },
      blobs: { kind: 'local', folder: join(bench.folder, 'blobs') },
      folder: join(bench.folder, 'search'),
    },
    bus: bench.bus,
    log: silentLog,
    // contract tests ask right after they write, on a loaded machine
    freshnessMs: 20_000,
  })

onEveryEngine('search', (driver) => {
  let bench: Bench
  let search: SearchIndex
  let account: number
  beforeAll(async () => {
    bench = await driver.open()
    search = openSearch(bench)
  })
  beforeEach(async () => {
    account = await bench.account()
  })
  afterAll(async () => {
    await search?.close()
    await bench?.close()
  })

  const find = (words: string, field: SearchField = 'text') => search.query(account, { field, words })

  test('an email is found as soon as it is stored, without accents, in another form of its words', async () => {
    const id = await addEmail(
      bench,
      account,
      message({ subject: 'Réunion des élèves', body: 'Les bulletins seront envoyés aux parents.' }),
    )
    for (const words of ['reunion', 'RÉUNIONS', 'élève', 'bulletin', 'envoyer', 'reunion parent', "d'élève"])
      expect(await find(words), words).toEqual([id])
    expect(await find('cantine')).toEqual([])
  })

  test('each field is searched alone and all of them as text', async () => {
    const id = await addEmail(
      bench,
      account,
      message({
        from: 'Alice Durand <alice@exemple.fr>',
        to: 'bob@exemple.fr',
        cc: 'Chloé <chloe@exemple.fr>',
        bcc: 'david@exemple.fr',
        subject: 'Emploi du temps',
        body: 'Salle B204',
      }),
    )
    const homes: [SearchField, string][] = [
      ['from', 'alice'],
      ['to', 'bob'],
      ['cc', 'chloe'],
      ['bcc', 'david'],
      ['subject', 'emploi'],
      ['body', 'b204'],
    ]
    for (const [field, words] of homes) {
      expect(await find(words), words).toEqual([id])
      for (const [other] of homes)
        expect(await find(words, other), `${other} ${words}`).toEqual(other === field ? [id] : [])
    }
  })

  test('an address is found whole and in parts', async () => {
    const id = await addEmail(bench, account, message({ from: '"Jean-Pierre" <jean-pierre.le-goff@ac-exemple.fr>' }))
    await addEmail(bench, account, message({ from: 'pierre.jean@exemple.fr' }))
    for (const words of ['jean-pierre.le-goff@ac-exemple.fr', 'le-goff', 'goff', 'jean-pi', 'le-goff@ac'])
      expect(await find(words, 'from'), words).toEqual([id])
  })

  test('quoted words stand in a row, the others anywhere', async () => {
    const row = await addEmail(bench, account, message({ body: 'le conseil de classe aura lieu' }))
    const apart = await addEmail(bench, account, message({ subject: 'classe', body: 'un conseil' }))
    expect(await find('conseil classe')).toEqual([row, apart])
    expect(await find('"conseil de classe"')).toEqual([row])
    expect(await find('"classe de conseil"')).toEqual([])
  })

  test('the last word may be unfinished, unless that is not wanted', async () => {
    const id = await addEmail(bench, account, message({ subject: 'Convocation au conseil de discipline' }))
    for (const words of ['convoc', 'conseil disc', 'con']) expect(await find(words), words).toEqual([id])
    expect(await find('convoc conseil')).toEqual([])
    expect(await search.query(account, { field: 'text', words: 'convoc' }, { prefix: false })).toEqual([])
  })

  test('conditions combine with and, or, not', async () => {
    const a = await addEmail(bench, account, message({ subject: 'sortie au musée' }))
    const b = await addEmail(bench, account, message({ subject: 'sortie à la piscine' }))
    const c = await addEmail(bench, account, message({ subject: 'musée fermé' }))
    const words = (text: string): SearchExpression => ({ field: 'subject', words: text })
    const ask = (expression: SearchExpression) => search.query(account, expression)
    expect(await ask({ and: [words('sortie'), words('musée')] })).toEqual([a])
    expect(await ask({ or: [words('piscine'), words('fermé')] })).toEqual([b, c])
    expect(await ask({ not: words('sortie') })).toEqual([c])
    expect(await ask({ and: [words('musée'), { not: words('sortie') }] })).toEqual([c])
    expect(await ask({ not: { or: [words('sortie'), words('musée')] } })).toEqual([])
    expect(await ask({ and: [] })).toEqual([a, b, c])
    expect(await ask({ or: [] })).toEqual([])
  })

  test('hostile words break nothing', async () => {
    const id = await addEmail(bench, account, message({ subject: 'normal' }))
    for (const words of [
      '"',
      "'",
      '\\',
      'a" OR "b',
      "normal' & !'x",
      'NEAR(',
      '*',
      ':*',
      '{subject}:',
      '\u0000',
      '!!!',
      '(',
      '🎉',
    ])
      expect(Array.isArray(await find(words)), words).toBe(true)
    expect(await find('normal AND')).toEqual([])
    expect(await find('normal ')).toEqual([id])
  })

  test('a destroyed email is no longer found', async () => {
    const id = await addEmail(bench, account, message({ subject: 'secret' }))
    expect(await find('secret')).toEqual([id])
    await removeEmail(bench, account, id)
    expect(await find('secret')).toEqual([])
    expect(await search.query(account, { not: { field: 'text', words: 'rien' } })).toEqual([])
  })

  test('what stays, and what comes after an email was destroyed, is found', async () => {
    const kept = await addEmail(bench, account, message({ subject: 'secret partagé' }))
    const gone = await addEmail(bench, account, message({ subject: 'secret oublié' }))
    expect(await find('secret')).toEqual([kept, gone])
    await removeEmail(bench, account, gone)
    expect(await find('secret')).toEqual([kept])
    const later = await addEmail(bench, account, message({ subject: 'secret retrouvé' }))
    expect(await find('secret')).toEqual([kept, later])
    await removeEmail(bench, account, kept)
    expect(await find('secret')).toEqual([later])
  })

  test('accounts do not see each other', async () => {
    const other = await bench.account()
    await addEmail(bench, other, message({ subject: 'privé' }))
    const own = await addEmail(bench, account, message({ subject: 'public' }))
    expect(await find('privé')).toEqual([])
    expect(await search.query(account, { not: { field: 'text', words: 'privé' } })).toEqual([own])
  })

  test('HTML is searched as text, attachments by name, embedded messages as body', async () => {
    const id = await addEmail(
      bench,
      account,
      [
        'From: a@exemple.fr',
        'Subject: =?utf-8?q?Dossier_d=27inscription?=',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/html; charset=iso-8859-1',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '<style>.caché{}</style><p>La <b>r=E9ponse</b> &eacute;crite</p>',
        '--b',
        'Content-Type: application/pdf; name="certificat-médical.pdf"',
        'Content-Transfer-Encoding: base64',
        '',
        'JVBERi0=',
        '--b',
        'Content-Type: message/rfc822',
        '',
        'From: transmis@exemple.fr',
        'Subject: Ancien sujet',
        '',
        'Texte cité',
        '--b--',
      ].join('\n'),
    )
    for (const words of ['inscription', 'réponse', 'écrite', 'certificat', 'transmis', 'ancien sujet', 'cité'])
      expect(await find(words), words).toEqual([id])
    for (const words of ['style', 'JVBERi0']) expect(await find(words), words).toEqual([])
  })

  test('a large message is indexed by its text', async () => {
    const attachment = Buffer.alloc(600_000, 'x').toString('base64').replace(/.{76}/g, '$&\n')
    const id = await addEmail(
      bench,
      account,
      `Subject: gros\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nun texte trouvable\n--b\n` +
        `Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n${attachment}\n--b--\n`,
    )
    expect(await find('trouvable')).toEqual([id])
  })

  test('rebuilding finds the same, also when the change log has been trimmed', async () => {
    const ids: number[] = []
    for (let i = 0; i < 30; i++) ids.push(await addEmail(bench, account, message({ subject: `circulaire ${i}` })))
    await removeEmail(bench, account, ids.shift() ?? 0)
    const { modseq: upTo } = await bench.store.read((tx) => readState(tx, account))
    await bench.engine.write(async (tx) => {
      await tx.run(trimming.trimRows, { account, upTo })
      await tx.run(trimming.raiseLow, { account, upTo })
    })
    expect(await find('circulaire')).toEqual(ids)
    await search.rebuild(account)
    expect(await find('circulaire')).toEqual(ids)
  })

  test('an index that is ahead of a restored store is built again', async () => {
    const kept = await addEmail(bench, account, message({ subject: 'sauvegardé' }))
    const { modseq } = await bench.store.read((tx) => readState(tx, account))
    await addEmail(bench, account, message({ subject: 'perdu' }))
    expect(await find('perdu')).toHaveLength(1)
    await bench.engine.write(async (tx) => {
      await tx.execute((q) => q.deleteFrom('email').where('account_id', '=', account).where('id', '>', kept))
      await tx.execute((q) => q.deleteFrom('change').where('account_id', '=', account).where('modseq', '>', modseq))
      await tx.execute((q) => q.updateTable('account').set({ modseq }).where('id', '=', account))
    })
    expect(await find('perdu')).toEqual([])
    expect(await find('sauvegardé')).toEqual([kept])
  })

  test('changes are indexed in the background and what was missed while away is found again', async () => {
    const before = await addEmail(bench, account, message({ subject: 'avant' }))
    search.start()
    const after = await addEmail(bench, account, message({ subject: 'après' }))
    await search.caughtUp(account)
    expect(await find('avant')).toEqual([before])
    await search.close()
    const away = await addEmail(bench, account, message({ subject: 'pendant' }))
    search = openSearch(bench)
    search.start()
    expect(await find('pendant')).toEqual([away])
    expect(await find('après')).toEqual([after])
  })

  if (driver.name === 'postgres')
    test('an index of another version is built again', async () => {
      const id = await addEmail(bench, account, message({ subject: 'version' }))
      expect(await find('version')).toEqual([id])
      await search.close()
      await bench.engine.write(async (tx) => {
        await tx.execute((q) => q.updateTable('setting').set({ value: '0' }).where('name', '=', 'search.version'))
        await tx.execute((q) => q.deleteFrom('search_document'))
      })
      search = openSearch(bench)
      expect(await find('version')).toEqual([id])
    })

  if (driver.name === 'sqlite')
    test('a missing or damaged index file is built again', async () => {
      const id = await addEmail(bench, account, message({ subject: 'durable' }))
      expect(await find('durable')).toEqual([id])
      const path = join(bench.folder, 'search', (account & 0xff).toString(16).padStart(2, '0'), `${account}.db`)
      for (const damage of [() => rm(path), () => writeFile(path, 'this is no database '.repeat(1000))]) {
        await search.close()
        await damage()
        search = openSearch(bench)
        expect(await find('durable')).toEqual([id])
      }
    })
})
