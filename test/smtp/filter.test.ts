/** Sieve as people meet it: a script is set, mail arrives by LMTP or SMTP, and what the script says has happened. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { type ManualClock, manualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { createQueueRunner, type QueueRunner } from '#domain/delivery/queue-runner.ts'
import { addProfile } from '#domain/directory/profiles.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { applyScript } from '#domain/filter/apply.ts'
import { deleteGlobalScript, listGlobalScripts, putGlobalScript } from '#domain/filter/global-scripts.ts'
import { activateScript, createScript, listScripts, programOf, readScript } from '#domain/filter/scripts.ts'
import { saveVacation } from '#domain/filter/vacation-response.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openRig, type Rig, sendMail, signIn, talk } from './rig.ts'
import { openSink, type Sink } from './sink.ts'

onEveryEngine('filters', (driver) => {
  let clock: ManualClock
  let rig: Rig
  let sink: Sink
  let runner: QueueRunner
  let lea: number

  const mail = [
    'From: Anne <anne@ailleurs.test>',
    'To: lea@ecole.test',
    'Subject: =?utf-8?q?R=C3=A9union?=',
    'Message-ID: <m1@ailleurs.test>',
    '',
    'Jeudi, 18 h.',
    '',
  ].join('\r\n')

  beforeEach(async () => {
    clock = manualClock(Date.UTC(2026, 10, 3, 8))
    sink = await openSink()
    rig = await openRig({
      driver,
      clock,
      zone: { 'ailleurs.test': { A: ['127.0.0.1'] }, 'loin.test': { A: ['127.0.0.1'] } },
      config: { queue: { port: sink.port, allowPrivate: true } },
    })
    lea = await rig.account('lea')
    const courier = createCourier({ hostname: 'mail.ecole.test', timeout: 5000, log: silentLog })
    runner = createQueueRunner({ delivery: rig.delivery, courier })
    await runner.start()
  })
  afterEach(async () => {
    await runner.stop()
    sink.close()
    await rig.close()
  })

  const script = async (text: string, account = lea): Promise<void> => {
    const { ctx } = rig.delivery
    const bytes = utf8(text)
    readScript(bytes)
    const content = await rig.store.blobs.prepare(bytes)
    await rig.store.write(account, async (tx) => {
      const name = `script ${Math.random()}`
      await activateScript(tx, await createScript(ctx, tx, { name, content }))
    })
  }

  const lmtp = async (text = mail, to = ['lea@ecole.test'], from = 'anne@ailleurs.test'): Promise<string> => {
    const client = await talk(rig.ports.lmtp, 'LHLO relay.test')
    const reply = await sendMail(client, from, to, text, true)
    client.close()
    await runner.idle()
    return reply
  }

  /** Paths with the flags of what is there. */
  const contents = async (account = lea): Promise<string[]> => {
    const mailboxes = await rig.store.read((tx) => listMailboxes(tx, account))
    const paths = new Map(mailboxes.map(({ id, path }) => [id, path]))
    const rows = await rig.store.read((tx) =>
      tx.query<{ mailbox_id: number; flags: number; keywords: string }>((q) =>
        q.selectFrom('message').select(['mailbox_id', 'flags', 'keywords']).where('account_id', '=', account),
      ),
    )
    return rows
      .map((row) => [paths.get(Number(row.mailbox_id)), row.flags === 1 ? 'seen' : '', row.keywords])
      .map((words) => words.filter((word) => word !== '').join(' '))
      .sort()
  }

  const emails = async (): Promise<number> =>
    (await rig.store.read((tx) => tx.query((q) => q.selectFrom('email').select('id').where('account_id', '=', lea))))
      .length

  test('a message is filed, in a mailbox made for it, with its flags', async () => {
    await script(
      'require ["fileinto","mailbox","imap4flags"]; if header :contains "subject" "Réunion" { addflag ["\\\\Seen","$urgent"]; fileinto :create "École/Réunions"; }',
    )
    expect(await lmtp()).toMatch(/^250/)
    expect(await contents()).toEqual(['École/Réunions seen $urgent'])
  })

  test('several copies are one email; a mailbox that is not there is the inbox', async () => {
    await script('require ["fileinto","copy"]; fileinto :copy "Archives"; fileinto :copy "Nowhere"; keep;')
    await lmtp()
    expect(await contents()).toEqual(['Archives', 'INBOX'])
    expect(await emails()).toBe(1)
  })

  test('special uses lead to a mailbox by what it is for', async () => {
    await script('require ["fileinto","special-use"]; fileinto :specialuse "\\\\Archive" "Whatever";')
    await lmtp()
    expect(await contents()).toEqual(['Archives'])
  })

  test('what is discarded is taken and is nowhere', async () => {
    await script('discard;')
    expect(await lmtp()).toMatch(/^250/)
    expect(await contents()).toEqual([])
    expect(sink.caught).toEqual([])
  })

  test('a message is passed on from a sender that leads back, once, and not to its own recipient', async () => {
    await script('redirect "loin@loin.test"; redirect "lea+x@ecole.test";')
    await lmtp()
    expect(sink.caught).toHaveLength(1)
    const [sent] = sink.caught
    expect(sent?.from).toMatch(/^SRS0=.*=ailleurs\.test=anne@ecole\.test$/)
    expect(sent?.to).toEqual(['loin@loin.test'])
    expect(sent?.data).not.toMatch(/^Return-Path/i)
    expect(await contents()).toEqual([])
    // It comes back: it is kept, and goes no further.
    await lmtp(sent?.data)
    expect(sink.caught).toHaveLength(1)
    expect(await contents()).toEqual(['INBOX'])
  })

  test('a colleague here gets what is passed on', async () => {
    const paul = await rig.account('paul')
    await script('require "copy"; redirect :copy "paul@ecole.test";')
    await lmtp()
    expect(await contents()).toEqual(['INBOX'])
    expect(await contents(paul)).toEqual(['INBOX'])
  })

  test('a refusal is told in the protocol when it can be, else in a report', async () => {
    await script('require "ereject"; ereject "No thanks";')
    expect(await lmtp()).toBe('550 5.7.1 No thanks')
    const client = await talk(rig.ports.mx)
    expect(await sendMail(client, 'anne@ailleurs.test', ['lea@ecole.test'], mail)).toBe('550 5.7.1 No thanks')
    await rig.account('paul')
    expect(await sendMail(client, 'anne@ailleurs.test', ['lea@ecole.test', 'paul@ecole.test'], mail)).toMatch(/^250/)
    client.close()
    await runner.idle()
    expect(await contents()).toEqual([])
    expect(sink.caught.map(({ from, to }) => [from, to])).toEqual([['', ['anne@ailleurs.test']]])
    expect(sink.caught[0]?.data).toContain('No thanks')
  })

  test('vacation answers a person once in its period, and no list, machine or blind copy', async () => {
    await script('require "vacation"; vacation :days 3 :subject "Absente" "Je reviens lundi.";')
    await lmtp()
    await lmtp()
    await lmtp(mail.replace('To: lea@', 'To: autre@'), ['lea@ecole.test'], 'b@ailleurs.test')
    await lmtp(`List-Id: <x.test>\r\n${mail}`, ['lea@ecole.test'], 'c@ailleurs.test')
    await lmtp(`Auto-Submitted: auto-replied\r\n${mail}`, ['lea@ecole.test'], 'd@ailleurs.test')
    await lmtp(`Precedence: bulk\r\n${mail}`, ['lea@ecole.test'], 'e@ailleurs.test')
    await lmtp(mail, ['lea@ecole.test'], '')
    await lmtp(mail, ['lea@ecole.test'], 'noreply@ailleurs.test')
    expect(sink.caught).toHaveLength(1)
    const [answer] = sink.caught
    expect([answer?.from, answer?.to]).toEqual(['', ['anne@ailleurs.test']])
    expect(answer?.data).toMatch(/^From: lea <lea@ecole\.test>\r$/m)
    expect(answer?.data).toMatch(/^Subject: Absente\r$/m)
    expect(answer?.data).toMatch(/^Auto-Submitted: auto-replied/m)
    expect(answer?.data).toMatch(/^In-Reply-To: <m1@ailleurs\.test>\r$/m)
    expect(answer?.data).toContain('Je reviens lundi.')
    expect(await emails()).toBe(8)
    clock.advance(3 * 86_400_000 + 1000)
    await lmtp()
    expect(sink.caught).toHaveLength(2)
  })

  test('vacation keeps a copy of what it answers, and speaks MIME', async () => {
    await script(
      'require ["vacation","fcc","mailbox","imap4flags"]; vacation :mime :fcc "Réponses" :create :flags "\\\\Seen" "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Bientôt</p>";',
    )
    await lmtp()
    expect(sink.caught[0]?.data).toMatch(/^Content-Type: text\/html; charset=utf-8\r$/m)
    expect(sink.caught[0]?.data).toMatch(/^Subject: Auto: =\?utf-8\?/im)
    expect(sink.caught[0]?.data).toContain('<p>Bientôt</p>')
    expect(await contents()).toEqual(['INBOX', 'Réponses seen'])
  })

  test('the vacation response has its dates and its words for outsiders', async () => {
    const paul = await rig.account('paul')
    await rig.store.write(lea, (tx) =>
      saveVacation(tx, {
        enabled: true,
        from: clock.now() + 3_600_000,
        to: clock.now() + 7_200_000,
        subject: 'Absente',
        text: 'Voir Paul au bureau 12.',
        html: null,
        outsideText: 'Je reviens bientôt.',
      }),
    )
    await lmtp()
    expect(sink.caught).toHaveLength(0)
    clock.advance(3_600_000)
    await lmtp()
    expect(sink.caught[0]?.data).toContain('Je reviens bient')
    const client = await signIn(rig, 'paul')
    await sendMail(
      client,
      'paul@ecole.test',
      ['lea@ecole.test'],
      'From: paul@ecole.test\r\nTo: lea@ecole.test\r\n\r\nx\r\n',
    )
    client.close()
    await runner.idle()
    expect((await rig.messages(paul))[0]).toContain('Voir Paul au bureau 12.')
    clock.advance(3_600_000)
    await lmtp(mail, ['lea@ecole.test'], 'z@ailleurs.test')
    expect(sink.caught).toHaveLength(1)
    expect(await emails()).toBe(4)
  })

  test('a notification goes by mail, and none is made of another', async () => {
    await script('require "enotify"; notify :message "Un message" "mailto:garde@loin.test";')
    await lmtp()
    expect(sink.caught[0]?.data).toMatch(/^Auto-Submitted: auto-notified/m)
    expect(sink.caught[0]?.to).toEqual(['garde@loin.test'])
    await lmtp(`Auto-Submitted: auto-notified\r\n${mail}`)
    expect(sink.caught).toHaveLength(1)
    expect(await contents()).toEqual(['INBOX', 'INBOX'])
  })

  test('an edited header is what the copies show', async () => {
    await script('require "editheader"; addheader "X-Classe" "3B"; deleteheader "Subject";')
    await lmtp()
    const [text = ''] = await rig.messages(lea)
    expect(text).toMatch(/^Return-Path: .*\r\nX-Classe: 3B\r\n/)
    expect(text).not.toMatch(/^Subject:/m)
    expect(text).toMatch(/\r\n\r\nJeudi, 18 h\.\r\n$/)
  })

  test('each copy shows the header as it was when the script decided it', async () => {
    await script(
      `require ["editheader", "fileinto", "copy"]; redirect :copy "zero@loin.test"; addheader "X-A" "1";
        redirect :copy "un@loin.test"; fileinto :copy "Archives"; fileinto :copy "Corbeille"; deleteheader "X-A";
        deleteheader "Subject"; fileinto "Archives";`,
    )
    await lmtp()
    const marks = (text = ''): string => [...text.matchAll(/^(?:X-A|Subject)(?=:)/gm)].join(' ')
    const sent = Object.fromEntries(sink.caught.map(({ to, data }) => [to[0], marks(data)]))
    expect(sent).toEqual({ 'zero@loin.test': 'Subject', 'un@loin.test': 'X-A Subject' })
    expect((await rig.messages(lea, 'trash')).map(marks)).toEqual(['X-A Subject'])
    // The same mailbox once: what was decided last.
    expect((await rig.messages(lea, 'archive')).map(marks)).toEqual([''])
    expect(await rig.messages(lea)).toEqual([])
  })

  test('duplicates are remembered once a message is delivered', async () => {
    await script('require ["duplicate","fileinto"]; if duplicate { fileinto "Corbeille"; }')
    await lmtp()
    await lmtp()
    expect(await contents()).toEqual(['Corbeille', 'INBOX'])
  })

  test('a script that fails keeps the message and its owner is told once a day, past any rule', async () => {
    await script('require ["ihave","fileinto"]; if header :contains "subject" "union" { error "oh no"; } discard;')
    await lmtp()
    await lmtp()
    const texts = await rig.messages(lea)
    expect(texts.filter((text) => text.includes('Jeudi'))).toHaveLength(2)
    const told = texts.filter((text) => text.includes('X-Convergence-Notice: filter-fault'))
    expect(told).toHaveLength(1)
    expect(told[0]).not.toContain('Jeudi')
  })

  test('a script takes effect at once, and no more when it is no longer active', async () => {
    await lmtp()
    await script('discard;')
    await lmtp()
    expect(await contents()).toEqual(['INBOX'])
    await rig.store.write(lea, (tx) => activateScript(tx, undefined))
    await lmtp()
    expect(await contents()).toEqual(['INBOX', 'INBOX'])
  })

  test('when a copy has no room, nothing else has happened either', async () => {
    const zoe = await rig.account('zoe', { quotaBytes: 2000 })
    await script(
      'require ["copy","vacation","duplicate"]; if not duplicate { redirect :copy "loin@loin.test"; vacation "Absente"; }',
      zoe,
    )
    const large = `${mail.replace('lea@', 'zoe@')}${'Une ligne de plus.\r\n'.repeat(200)}`
    expect(await lmtp(large, ['zoe@ecole.test'])).toMatch(/^452 4\.2\.2/)
    expect(sink.caught).toEqual([])
    expect(await contents(zoe)).toEqual([])
    // Nothing was remembered: the same message in a form that fits is no duplicate, and is answered.
    expect(await lmtp(mail.replace('lea@', 'zoe@'), ['zoe@ecole.test'])).toMatch(/^250/)
    expect(sink.caught).toHaveLength(2)
    expect(await contents(zoe)).toEqual(['INBOX'])
  })

  test('a script is applied to mail that is there already: rehearsed, then done, and again without effect', async () => {
    await lmtp()
    await lmtp(mail.replace('Jeudi', 'Vendredi').replace('Subject', 'X-Subject'))
    await script(
      'require ["fileinto","mailbox","imap4flags"]; if exists "subject" { fileinto :create :flags "$ok" "Tri"; } else { redirect "loin@loin.test"; }',
    )
    const { inbox, active } = await rig.store.read(async (tx) => ({
      inbox: (await listMailboxes(tx, lea)).find(({ role }) => role === 'inbox')?.id ?? 0,
      active: (await listScripts(tx, lea)).find((one) => one.active),
    }))
    if (!active) throw new Error('no active script')
    const program = await rig.store.read((tx) => programOf(rig.delivery.ctx, tx, active))
    const application = { account: lea, program, name: active.name, mailboxId: inbox }
    const rehearsal = await applyScript(rig.delivery, { ...application, rehearse: true })
    expect([...rehearsal.filed]).toEqual([['Tri', 1]])
    expect(await contents()).toEqual(['INBOX', 'INBOX'])
    expect((await applyScript(rig.delivery, application)).messages).toBe(2)
    expect(await contents()).toEqual(['INBOX', 'Tri $ok'])
    expect([...(await applyScript(rig.delivery, application)).filed]).toEqual([])
    expect(sink.caught).toEqual([])
  })

  test('a script includes those of the platform, as they are when the message comes, with its own beside them', async () => {
    const { ctx } = rig.delivery
    const platform = (text: string) => putGlobalScript(ctx, 'tri', utf8(text))
    await expect(platform('fileinto "x";')).rejects.toThrow(/line 1, column 1: fileinto needs require "fileinto"/)
    await platform('require "fileinto"; fileinto "Archives";')
    await script('require "include"; include :global "tri";')
    await lmtp()
    expect(await contents()).toEqual(['Archives'])
    await platform('require ["imap4flags","include"]; addflag "$info"; include :personal :optional "mine";')
    await lmtp()
    expect(await contents()).toEqual(['Archives', 'INBOX $info'])
    expect((await rig.store.read(listGlobalScripts)).map(({ name }) => name)).toEqual(['tri'])
    expect(await deleteGlobalScript(ctx, 'tri')).toBe(true)
    expect(await deleteGlobalScript(ctx, 'tri')).toBe(false)
    // What is missing is a fault of the script: the message is kept, and its owner told.
    await lmtp()
    expect((await contents()).filter((place) => place === 'INBOX')).toHaveLength(2)
    await script('require "include"; include :global :optional "tri"; discard;')
    const before = await emails()
    await lmtp()
    expect(await emails()).toBe(before)
  })

  test('a list is a group of the directory, for those who work in its school or are in it', async () => {
    const [anne, zoe] = [await rig.account('anne'), await rig.account('zoe')]
    await rig.store.writeGlobal(async (tx) => {
      const now = clock.now()
      await putSchool(tx, now, { uai: '0250001R', name: 'Zola', kind: 'college', city: 'Besançon' })
      await putSchool(tx, now, { uai: '0390001P', name: 'Nodier', kind: 'lycee', city: 'Dole' })
      await addProfile(tx, now, lea, { kind: 'teacher', uai: '0250001R' })
      await addProfile(tx, now, anne, { kind: 'head', uai: '0250001R' })
      await addProfile(tx, now, zoe, { kind: 'pupil', uai: '0250001R' })
    })
    const from = (who: string) => mail.replace('anne@ailleurs.test', who)
    const inList = (key: string, account = lea) =>
      script(
        `require ["extlists","fileinto"]; if allof (valid_ext_list "urn:convergence:list:group:${key}", address :list "from" "urn:convergence:list:group:${key}") { fileinto "Archives"; }`,
        account,
      )
    await inList('0250001R:profile:head')
    await lmtp(from('anne@ecole.test'))
    await lmtp(from('anne+x@ecole.test'))
    await lmtp(from('zoe@ecole.test'))
    await lmtp(from('anne@ailleurs.test'))
    expect(await contents()).toEqual(['Archives', 'Archives', 'INBOX', 'INBOX'])
    // A school where one does not work, and a pupil who would learn who is what.
    await inList('0390001P:staff')
    await lmtp(from('anne@ecole.test'))
    expect((await contents()).filter((place) => place === 'Archives')).toHaveLength(2)
    await inList('0250001R:staff', zoe)
    await lmtp(from('anne@ecole.test').replace('lea@', 'zoe@'), ['zoe@ecole.test'])
    expect(await contents(zoe)).toEqual(['INBOX'])
    await inList('0250001R:profile:pupil', zoe)
    await lmtp(from('zoe@ecole.test').replace('lea@', 'zoe@'), ['zoe@ecole.test'])
    expect(await contents(zoe)).toEqual(['Archives', 'INBOX'])
  })

  test('what would be redirected to a list of nobody is kept', async () => {
    await script('require "extlists"; redirect :list "urn:convergence:list:internal";')
    await lmtp()
    expect(await contents()).toEqual(['INBOX'])
    expect(sink.caught).toEqual([])
  })

  test('each of several recipients has filters of their own, and a large message passes them too', async () => {
    const paul = await rig.account('paul')
    await rig.account('zoe')
    await script('require ["fileinto","editheader"]; addheader "X-A" "b"; fileinto "Archives";')
    await script('redirect "loin@loin.test";', paul)
    const large = `${mail}${`${'é'.repeat(35)}\r\n`.repeat(12_000)}fin.\r\n`
    const reply = await lmtp(large, ['lea@ecole.test', 'paul@ecole.test', 'zoe@ecole.test'])
    expect(reply.split('\n').filter((line) => line.startsWith('250'))).toHaveLength(3)
    expect(await contents()).toEqual(['Archives'])
    expect((await rig.messages(lea, 'archive'))[0]).toMatch(/fin\.\r\n$/)
    expect(sink.caught[0]?.data).toMatch(/fin\.\r\n$/)
  })
})
