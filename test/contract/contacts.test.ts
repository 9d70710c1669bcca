/** Address books and their cards on every engine: one change log with everything else, places for DAV, bounds, blobs. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Book, books } from '#domain/contacts/books.ts'
import { contactAt, getContact } from '#domain/contacts/cards.ts'
import { contactsMatching } from '#domain/contacts/find.ts'
import { noMedia, takeMedia } from '#domain/contacts/media.ts'
import { type ContactFilter, queryContacts } from '#domain/contacts/query.ts'
import { readVCard, vcardOf } from '#domain/contacts/vcard.ts'
import { changeContact, createContact, deleteContact } from '#domain/contacts/write.ts'
import type { Context } from '#domain/context.ts'
import { reachableBlob } from '#domain/mail/emails.ts'
import { findRecipients, recipientsOfGroup } from '#domain/mail/recipients.ts'
import type { SyncPoint } from '#domain/sync/collection-changes.ts'
import type { JsCard } from '#format/jscontact/card.ts'
import { readChanges, readState } from '#store/changes.ts'
import { sweepBlobs } from '#store/sweep.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

onEveryEngine('contacts', (driver) => {
  let bench: Bench
  let ctx: Context
  let account: number
  let book: Book

  beforeAll(async () => {
    bench = await driver.open()
    ctx = { store: bench.store, clock: bench.clock, log: bench.store.log }
  })
  afterAll(() => bench?.close())
  beforeEach(async () => {
    account = await bench.account()
    book = (await books.of(ctx, account))[0]!
  })

  let serial = 0
  const cardOf = (full: string, more: Partial<JsCard> = {}): JsCard => ({
    uid: `uid-${++serial}`,
    name: { full },
    ...more,
  })
  const add = (card: JsCard, bookId = book.id, uri?: string) =>
    ctx.store.write(account, (tx) => createContact(ctx, tx, { card, media: noMedia, bookId, ...(uri ? { uri } : {}) }))
  const put = async (text: string, uri: string) => {
    const content = await readVCard(ctx, text)
    return ctx.store.write(account, (tx) => createContact(ctx, tx, { ...content, bookId: book.id, uri }))
  }
  const state = async () => (await ctx.store.read((tx) => readState(tx, account))).modseq
  const changes = (since: number) =>
    ctx.store.read((tx) => readChanges(tx, account, 'ContactCard', { modseq: since, skip: 0 }))
  const sync = (since: SyncPoint | undefined, limit = 1000, id = book.id) =>
    ctx.store.read((tx) => books.changes(tx, account, id, since, limit))
  const query = (filter: ContactFilter | null) => queryContacts(ctx, account, filter, [])

  test('an account has one default book from the first look, and only one whoever looks at once', async () => {
    const other = await bench.account()
    const looks = await Promise.all([1, 2, 3].map(() => books.of(ctx, other)))
    expect(new Set(looks.map(([one]) => one?.id)).size).toBe(1)
    expect(looks[0]).toMatchObject([{ uri: 'contacts', isDefault: true, members: 0 }])
  })

  test('books are made, named, put first and ended; the default one stays', async () => {
    const second = await ctx.store.write(account, (tx) => books.create(tx, { name: 'Parents d’élèves' }))
    await expect(ctx.store.write(account, (tx) => books.create(tx, { name: 'CONTACTS' }))).rejects.toMatchObject({
      code: 'alreadyExists',
    })
    await expect(ctx.store.write(account, (tx) => books.create(tx, { name: 'x', uri: '../y' }))).rejects.toMatchObject({
      code: 'invalid',
    })
    await ctx.store.write(account, (tx) => books.change(tx, second.id, { description: 'Classe de 6e A' }))
    await ctx.store.write(account, (tx) => books.makeDefault(tx, second.id))
    const all = await ctx.store.read((tx) => books.list(tx, account))
    expect(all.filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual([second.id])
    await expect(ctx.store.write(account, (tx) => books.end(tx, second.id, { contents: true }))).rejects.toMatchObject({
      code: 'forbidden',
    })
    await add(cardOf('Anne'))
    await expect(ctx.store.write(account, (tx) => books.end(tx, book.id, { contents: false }))).rejects.toMatchObject({
      code: 'conflict',
    })
    const before = await state()
    await ctx.store.write(account, (tx) => books.end(tx, book.id, { contents: true }))
    expect((await changes(before)).destroyed).toHaveLength(1)
    expect(await ctx.store.read((tx) => books.list(tx, account))).toHaveLength(1)
  })

  test('a card made, changed and ended is in the change log under the account’s own number', async () => {
    const before = await state()
    const made = await add(cardOf('Anne Martin'))
    expect(made.modseq).toBe(before + 1)
    expect((await changes(before)).created).toEqual([made.id])
    const changed = await ctx.store.write(account, (tx) =>
      changeContact(ctx, tx, made.id, { card: { ...made.card, name: { full: 'Anne Lefèvre' } } }),
    )
    expect((await changes(made.modseq)).updated).toEqual([made.id])
    expect((await ctx.store.read((tx) => getContact(tx, account, made.id)))?.card.name?.full).toBe('Anne Lefèvre')
    await ctx.store.write(account, (tx) => deleteContact(tx, made.id))
    expect((await changes(changed.modseq)).destroyed).toEqual([made.id])
    expect((await ctx.store.read((tx) => books.list(tx, account)))[0]).toMatchObject({ members: 0, bytes: 0 })
  })

  test('the vCard of a program is given back byte for byte until something else changes the card', async () => {
    const text = 'BEGIN:VCARD\nVERSION:3.0\nUID:u-1\nFN:Zoé\nN:;Zoé;;;\nX-ODD;X-P=1:a\\,b\nEND:VCARD\n'
    const made = await put(text, 'u-1.vcf')
    const written = () =>
      ctx.store.read(async (tx) => vcardOf(ctx, tx, account, (await getContact(tx, account, made.id))!))
    expect(await written()).toBe(text)
    await ctx.store.write(account, (tx) =>
      changeContact(ctx, tx, made.id, { card: { ...made.card, name: { full: 'Zoë' } } }),
    )
    const after = await written()
    expect(after).toContain('FN:Zoë\r\n')
    expect(after).toContain('X-ODD;X-P=1:a\\,b\r\n')
  })

  test('places and changes of a book are told for synchronisation, moves as a departure and an arrival', async () => {
    const one = await add(cardOf('Un'), book.id, 'un.vcf')
    const two = await add(cardOf('Deux'), book.id, 'deux.vcf')
    const first = await sync(undefined)
    expect(first.entries.map(({ uri }) => uri)).toEqual(['un.vcf', 'deux.vcf'])
    const other = await ctx.store.write(account, (tx) => books.create(tx, { name: 'Autre' }))
    await ctx.store.write(account, (tx) => changeContact(ctx, tx, one.id, { bookId: other.id }))
    await ctx.store.write(account, (tx) => deleteContact(tx, two.id))
    expect((await sync(first.until)).entries.map(({ uri, gone }) => [uri, gone])).toEqual([
      ['un.vcf', true],
      ['deux.vcf', true],
    ])
    expect((await sync(first.until, 1000, other.id)).entries.map(({ uri, gone }) => [uri, gone])).toEqual([
      ['un.vcf', false],
    ])
    await ctx.store.write(account, (tx) => changeContact(ctx, tx, one.id, { bookId: book.id }))
    expect((await sync(first.until)).entries.map(({ uri, gone }) => [uri, gone])).toEqual([
      ['deux.vcf', true],
      ['un.vcf', false],
    ])
  })

  test('a long list of changes is told in pages that lose nothing, even of one transaction', async () => {
    await ctx.store.write(account, async (tx) => {
      for (let n = 0; n < 25; n++)
        await createContact(ctx, tx, { card: cardOf(`Personne ${n}`), media: noMedia, bookId: book.id })
    })
    const seen: string[] = []
    let since: SyncPoint | undefined
    for (let more = true; more; ) {
      const page = await sync(since, 10)
      seen.push(...page.entries.map(({ uri }) => uri))
      since = page.until
      more = page.more
    }
    expect(new Set(seen).size).toBe(25)
    expect(seen).toHaveLength(25)
    expect((await sync(since)).entries).toEqual([])
    await expect(sync({ modseq: (await state()) + 1 })).rejects.toMatchObject({ code: 'cannotCalculateChanges' })
  })

  test('one UID and one place are one card of a book', async () => {
    const card = cardOf('Un')
    await add(card, book.id, 'un.vcf')
    await expect(add(card, book.id, 'autre.vcf')).rejects.toMatchObject({ code: 'alreadyExists', property: 'uid' })
    await expect(add(cardOf('Deux'), book.id, 'un.vcf')).rejects.toMatchObject({
      code: 'alreadyExists',
      property: 'uri',
    })
    expect((await ctx.store.read((tx) => contactAt(tx, account, book.id, 'un.vcf')))?.uid).toBe(card.uid)
  })

  test('a photo is a blob of the account, kept from the sweeper while a card has it', async () => {
    const bytes = Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3, serial])
    const uri = `data:image/jpeg;base64,${bytes.toString('base64')}`
    const { card, media } = await takeMedia(ctx, cardOf('Photo', { media: { m1: { kind: 'photo', uri } } }))
    const made = await ctx.store.write(account, (tx) => createContact(ctx, tx, { card, media, bookId: book.id }))
    const [hash] = [...media.values()].map((one) => one.hash)
    const reach = (who: number) => ctx.store.read((tx) => reachableBlob(tx, who, hash!))
    expect(await reach(account)).toMatchObject({ size: bytes.length, type: 'image/jpeg' })
    expect(await reach(await bench.account())).toBeUndefined()
    const sweep = async () => {
      bench.clock.advance(48 * 3_600_000)
      return sweepBlobs({ engine: bench.engine, blobs: bench.blobs, clock: bench.clock, log: bench.store.log })
    }
    await sweep()
    const text = await ctx.store.read((tx) => vcardOf(ctx, tx, account, made))
    expect(text.replace(/\r\n /g, '')).toContain(`PHOTO;ENCODING=b;TYPE=JPEG:${bytes.toString('base64')}`)
    await ctx.store.write(account, (tx) => deleteContact(tx, made.id))
    await sweep()
    expect(await reach(account)).toBeUndefined()
  })

  test('a blob that is another’s, and a card that is too large or no card, are refused', async () => {
    const blobId = `b${Buffer.alloc(32, 7).toString('base64url')}`
    await expect(add(cardOf('X', { media: { m1: { kind: 'photo', blobId } } }))).rejects.toMatchObject({
      code: 'notFound',
      property: 'media',
    })
    await expect(add(cardOf('x'.repeat(200_000)))).rejects.toMatchObject({ code: 'tooLarge' })
    await expect(add({ uid: 'a', emails: { e1: { address: 3 } } } as never)).rejects.toMatchObject({
      code: 'invalid',
      property: 'emails',
    })
    await expect(readVCard(ctx, 'rien')).rejects.toMatchObject({ code: 'invalid' })
    await expect(
      takeMedia(ctx, cardOf('y', { media: { m: { kind: 'photo', uri: `data:,${'x'.repeat(600_000)}` } } })),
    ).rejects.toMatchObject({ code: 'tooLarge' })
  })

  test('completion proposes the addresses of cards by the beginnings of words', async () => {
    const name = (full: string) => ({ name: { full } })
    await add({ ...cardOf('x', name('Zoé Écuyer')), emails: { e: { address: 'Zoe_E@Ecole.test' } } })
    await add({
      ...cardOf('x', name('100 % Bio')),
      emails: { e: { address: 'bio@ferme.test' }, f: { address: 'rien' } },
    })
    const find = async (...typed: string[]) =>
      (await ctx.store.read((tx) => contactsMatching(tx, account, typed, 10))).map(({ address }) => address)
    expect(await find('ecu', 'zoe')).toEqual(['zoe_e@ecole.test'])
    expect(await find('zoe_e')).toEqual(['zoe_e@ecole.test'])
    expect(await find('cuyer')).toEqual([])
    expect(await find('100', 'bio')).toEqual(['bio@ferme.test'])
    expect((await findRecipients(ctx, account, 'écu', 10))[0]).toEqual({
      name: 'Zoé Écuyer',
      email: 'zoe_e@ecole.test',
      kind: 'contact',
    })
  })

  test('completion proposes the groups of contacts and opens them out; those of somebody else stay theirs', async () => {
    const zoe = await add({
      ...cardOf('Zoé'),
      emails: { a: { address: 'zoe@ecole.test' }, b: { address: 'z@x.test' } },
    })
    const luc = await add({ ...cardOf('Luc'), emails: { a: { address: 'luc@ecole.test' } } })
    const mute = await add(cardOf('Sans adresse'))
    const members = { [`urn:uuid:${zoe.uid}`]: true, [luc.uid]: true, [mute.uid]: true, gone: true }
    await add(cardOf('Chorale de l’école', { kind: 'group', members }))
    await add(cardOf('Chorale vide', { kind: 'group', members: { gone: true } }))
    const found = (await findRecipients(ctx, account, 'chor', 10)).flatMap((one) => (one.kind === 'group' ? [one] : []))
    expect(found).toMatchObject([{ label: { fr: 'Chorale de l’école' }, place: '', count: 2 }])
    const key = found[0]?.group ?? ''
    const people = await recipientsOfGroup(ctx, account, key)
    expect(people.map(({ email }) => email).sort()).toEqual(['luc@ecole.test', 'zoe@ecole.test'])
    const other = await bench.account()
    expect(await findRecipients(ctx, other, 'chor', 10)).toEqual([])
    await expect(recipientsOfGroup(ctx, other, key)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(recipientsOfGroup(ctx, account, 'contacts:x')).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('cards are found by what they say, without accents, and in the order of names', async () => {
    const anne = await add(
      cardOf('Anne Martin', {
        name: {
          components: [
            { kind: 'given', value: 'Anne' },
            { kind: 'surname', value: 'Martin' },
          ],
        },
        phones: { p: { number: '06 12-34 56 78' } },
      }),
    )
    const zoe = await add(cardOf('Zoé Écuyer', { emails: { e: { address: 'zoe@ecole.test' } } }))
    const group = await add(cardOf('Équipe', { kind: 'group', members: { [`urn:uuid:${anne.uid}`]: true } }))
    expect(await query(null)).toEqual([group.id, anne.id, zoe.id])
    expect(await query({ text: 'ecuyer zoe' })).toEqual([zoe.id])
    expect(await query({ phone: '0612345678' })).toEqual([anne.id])
    expect(await query({ kind: 'group' })).toEqual([group.id])
    expect(await query({ hasMember: anne.uid })).toEqual([group.id])
    expect(await query({ operator: 'NOT', conditions: [{ email: 'ecole' }, { kind: 'group' }] })).toEqual([anne.id])
    expect(await query({ 'name/surname': 'mart', inAddressBook: book.id })).toEqual([anne.id])
  })
})
