/** What full text finds in attachments, on every engine (store/search/attached). */
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { getEmail } from '#domain/mail/emails.ts'
import { noFlags } from '#domain/mail/flags.ts'
import { createDefaultMailboxes, mailboxByRole } from '#domain/mail/mailboxes.ts'
import type { SearchField, SearchIndex } from '#store/search/search.ts'
import { createSearchIndex } from '#store/search/thread.ts'
import { onEveryEngine } from './all.ts'
import { carrying, docxOf, pdfOf, zipOf } from './archive.ts'
import type { Bench } from './drivers.ts'

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

onEveryEngine('search in attachments', (driver) => {
  let bench: Bench
  let search: SearchIndex
  let account: number
  beforeAll(async () => {
    bench = await driver.open()
    search = createSearchIndex({
      source: {
        engine: bench.connectionString
          ? { kind: 'postgres', connectionString: bench.connectionString }
          : { kind: 'sqlite', path: join(bench.folder, 'test.db') },
        blobs: { kind: 'local', folder: join(bench.folder, 'blobs') },
        folder: join(bench.folder, 'search'),
      },
      bus: bench.bus,
      log: silentLog,
      freshnessMs: 60_000,
    })
  })
  beforeEach(async () => {
    account = await bench.account()
    await bench.store.write(account, (tx) => createDefaultMailboxes(tx, 'fr'))
  })
  afterAll(async () => {
    await search?.close()
    await bench?.close()
  })

  const add = async (source: string): Promise<number> => {
    const bytes = Buffer.from(source)
    const inbox = await bench.store.read((tx) => mailboxByRole(tx, account, 'inbox'))
    const ctx = { store: bench.store, clock: bench.store.clock, log: silentLog }
    const { emailId } = await appendMessage(ctx, account, {
      blob: await bench.blobs.prepare(bytes),
      content: readContent(bytes),
      mailboxIds: [inbox?.id ?? 0],
      flags: noFlags,
      receivedAt: Date.now(),
    })
    return emailId
  }
  const find = (words: string, field: SearchField = 'text') => search.query(account, { field, words })

  test('words of a PDF and of a Word document are found, in another form too, and so are the names', async () => {
    const pdf = await add(
      carrying('convocation.pdf', 'application/pdf', await pdfOf('Les élèves sont convoqués au gymnase.')),
    )
    const docx = await add(carrying('reglement.docx', word, docxOf('Le règlement intérieur', 'Article premier')))
    expect(await find('gymnase')).toEqual([pdf])
    expect(await find('convoquer élève', 'body')).toEqual([pdf])
    expect(await find('reglement interieur')).toEqual([docx])
    expect(await find('"article premier"')).toEqual([docx])
    expect(await find('convocation', 'attachmentName')).toEqual([pdf])
    expect(await find('gymnase', 'attachmentName')).toEqual([])
    expect(await find('gymnase', 'subject')).toEqual([])
  })

  test('the place of an attachment that has the word is told, with the name of the file', async () => {
    const filler = 'Rien de particulier. '.repeat(2000)
    const source = carrying(
      'reglement.docx',
      word,
      docxOf('Le règlement', `${filler}Les téléphones restent éteints.`, filler),
    )
    const id = await add(source)
    const row = await bench.store.read((tx) => getEmail(tx, account, id))
    const email = { id, blob: row?.blobId ?? 0, size: row?.size ?? 0 }
    const passage = await search.passage(email, ['telephone'], 60_000)
    expect(passage?.name).toBe('reglement.docx')
    expect(passage?.text).toContain('Les téléphones restent éteints.')
    expect(passage?.text.length).toBeLessThan(700)
    expect(passage?.text.indexOf('téléphones')).toBeLessThan(120)
    expect(await search.passage(email, ['ordinateur'], 60_000)).toBeUndefined()
    const plain = await add('From: a@a.test\r\nSubject: x\r\n\r\nLes téléphones.')
    const without = await bench.store.read((tx) => getEmail(tx, account, plain))
    expect(
      await search.passage({ id: plain, blob: without?.blobId ?? 0, size: 90 }, ['telephone'], 60_000),
    ).toBeUndefined()
  })

  test('sheets, slides and OpenDocument texts are read, and a word in two styles stays one word', async () => {
    const xlsx = zipOf({
      'xl/sharedStrings.xml': '<sst><si><t>Moyenne</t></si><si><r><t>tri</t></r><r><t>mestre</t></r></si></sst>',
      'xl/worksheets/sheet1.xml':
        '<worksheet><row><c t="s"><v>987654</v></c><c><is><t>Mention</t></is></c></row></worksheet>',
    })
    const sheet = await add(carrying('notes.xlsx', 'application/octet-stream', xlsx))
    const pptx = zipOf({ 'ppt/slides/slide1.xml': '<p:sld><a:p><a:r><a:t>Orientation</a:t></a:r></a:p></p:sld>' })
    const slides = await add(carrying('forum.pptx', 'application/octet-stream', pptx))
    const odt = zipOf({ 'content.xml': '<office:text><text:p>Sortie &amp; pique-nique</text:p></office:text>' })
    const text = await add(carrying('sortie.odt', 'application/vnd.oasis.opendocument.text', odt))
    expect(await find('trimestre moyenne mention')).toEqual([sheet])
    expect(await find('987654')).toEqual([])
    expect(await find('orientation')).toEqual([slides])
    expect(await find('pique-nique')).toEqual([text])
  })

  test('what is damaged, locked, a bomb or not what it says has no text, and hides nothing else', async () => {
    const bomb = zipOf({ 'word/document.xml': Buffer.alloc(200 * 1024 * 1024) })
    const mails = [
      await add(carrying('bombe.docx', word, bomb, 'Piège')),
      await add(carrying('casse.pdf', 'application/pdf', Buffer.from('%PDF-1.7\nrien'), 'Piège')),
      await add(carrying('faux.docx', word, Buffer.from('PK\x05\x06'.padEnd(40, '\xff'), 'latin1'), 'Piège')),
    ]
    expect(await find('piege')).toEqual(mails)
    const after = await add(carrying('suite.docx', word, docxOf('Continuité pédagogique')))
    expect(await find('continuite')).toEqual([after])
  })

  test('an index that is built again finds attachments again', async () => {
    const id = await add(carrying('menu.docx', word, docxOf('Cantine végétarienne')))
    expect(await find('vegetarienne')).toEqual([id])
    await search.rebuild(account)
    expect(await find('vegetarienne')).toEqual([id])
  })
})
