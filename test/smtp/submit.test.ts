import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ManualClock, manualClock } from '#base/clock.ts'
import { isFailure } from '#base/failure.ts'
import { silentLog } from '#base/log.ts'
import { cancelSubmission } from '#domain/delivery/call-back.ts'
import { createQueueRunner, type QueueRunner } from '#domain/delivery/queue-runner.ts'
import { isRefusal } from '#domain/delivery/refusal.ts'
import { getSubmission, type Submission } from '#domain/delivery/submission.ts'
import { type SubmitRequest, submitMessage } from '#domain/delivery/submit.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { draft as draftFlag, noFlags } from '#domain/mail/flags.ts'
import { mailboxByRole } from '#domain/mail/mailboxes.ts'
import { changeEmails } from '#domain/mail/update.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openRig, type Rig } from './rig.ts'
import { openSink, type Sink } from './sink.ts'

onEveryEngine('sending from the account', (driver) => {
  let clock: ManualClock
  let rig: Rig
  let sink: Sink
  let runner: QueueRunner
  let anne: number
  let identityId: number

  beforeEach(async () => {
    clock = manualClock(Date.UTC(2026, 8, 1, 8))
    sink = await openSink()
    const zone = { 'ailleurs.test': { A: ['127.0.0.1'] } }
    rig = await openRig({ driver, clock, zone, config: { queue: { port: sink.port, allowPrivate: true } } })
    anne = await rig.account('anne')
    const [identity] = await rig.store.read((tx) =>
      tx.query((q) => q.selectFrom('identity').select('id').where('account_id', '=', anne)),
    )
    identityId = Number(identity?.id)
    const courier = createCourier({ hostname: 'mail.ecole.test', timeout: 5000, log: silentLog })
    runner = createQueueRunner({ delivery: rig.delivery, courier })
    await runner.start()
  })
  afterEach(async () => {
    await runner.stop()
    sink.close()
    await rig.close()
  })

  const draft = async (text: string): Promise<number> => {
    const bytes = Buffer.from(text.replace(/\r?\n/g, '\r\n'))
    const [mailbox] = await rig.store.read((tx) =>
      tx.query((q) => q.selectFrom('mailbox').select('id').where('account_id', '=', anne).where('role', '=', 'drafts')),
    )
    const { emailId } = await appendMessage(rig.delivery.ctx, anne, {
      blob: await rig.store.blobs.prepare(bytes),
      content: readContent(bytes),
      mailboxIds: [Number(mailbox?.id)],
      flags: noFlags,
      receivedAt: clock.now(),
    })
    return emailId
  }

  const letter =
    'From: Anne <anne@ecole.test>\nTo: zoe@ailleurs.test\nCc: karim@ecole.test\nBcc: yan@ailleurs.test, Zoe@ailleurs.test\nSubject: Sortie\n\nBonjour.\n'

  const send = async (text: string, request: Partial<SubmitRequest> = {}): Promise<Submission> =>
    submitMessage(
      rig.delivery,
      { accountId: anne, login: 'anne', ip: '192.0.2.7' },
      { identityId, emailId: await draft(text), ...request },
    )

  const current = async (id: number): Promise<Submission | undefined> =>
    rig.store.read((tx) => getSubmission(tx, anne, id))

  test('a message of the account goes to everyone its header names, once, and tells what became of it', async () => {
    const karim = await rig.account('karim')
    const submission = await send(letter)
    expect(submission).toMatchObject({ undoStatus: 'final', sendAt: clock.now() })
    await runner.idle()
    expect(sink.caught.map(({ to }) => to)).toEqual([['zoe@ailleurs.test', 'yan@ailleurs.test']])
    expect(sink.caught[0]?.data).not.toContain('Bcc')
    expect(sink.caught[0]?.data).toMatch(/^Received: by mail\.ecole\.test with JMAP id /)
    expect((await rig.messages(karim))[0]).toMatch(/^Return-Path: <anne@ecole\.test>\r\n/)
    const after = await current(submission.id)
    expect(after?.deliveryStatus).toMatchObject({
      'zoe@ailleurs.test': { delivered: 'unknown', smtpReply: '250 2.0.0 Ok' },
      'karim@ecole.test': { delivered: 'yes', smtpReply: '250 2.1.5 Delivered' },
      'yan@ailleurs.test': { delivered: 'unknown' },
    })
    const known = await rig.store.read((tx) =>
      tx.query((q) =>
        q.selectFrom('correspondent').select(['address', 'uses']).where('account_id', '=', anne).orderBy('address'),
      ),
    )
    expect(known.map(({ address }) => address)).toEqual(['karim@ecole.test', 'yan@ailleurs.test', 'zoe@ailleurs.test'])
  })

  test('a message can be called back until it leaves, and not after', async () => {
    await rig.account('karim')
    const first = await send(letter, { sendAt: clock.now() + 10_000 })
    expect(first.undoStatus).toBe('pending')
    await runner.idle()
    expect(sink.caught).toHaveLength(0)
    await cancelSubmission(rig.delivery, anne, first.id)
    expect(await current(first.id)).toMatchObject({ undoStatus: 'canceled' })
    const second = await send(letter, { sendAt: clock.now() + 10_000 })
    clock.advance(11_000)
    runner.kick()
    await runner.idle()
    expect(sink.caught).toHaveLength(1)
    await expect(cancelSubmission(rig.delivery, anne, second.id)).rejects.toMatchObject({ code: 'conflict' })
    expect(await current(second.id)).toMatchObject({ undoStatus: 'final' })
  })

  test('nobody sends under the name of somebody else', async () => {
    await rig.account('karim')
    const reasonOf = async (promise: Promise<unknown>) => {
      const error: unknown = await promise.then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      return isRefusal(error) ? error.reason : error
    }
    const to = [{ email: 'zoe@ailleurs.test', parameters: null }]
    expect(await reasonOf(send(letter.replace('<anne@', '<karim@')))).toBe('authorNotAllowed')
    expect(
      await reasonOf(
        send(letter, { envelope: { mailFrom: { email: 'karim@ecole.test', parameters: null }, rcptTo: to } }),
      ),
    ).toBe('senderNotAllowed')
    expect(await reasonOf(send('From: anne@ecole.test\n\n'))).toBe('noRecipients')
    expect(await reasonOf(send('From: anne@ecole.test\nTo: rien@ecole.test, zoe@ailleurs.test\n\n'))).toBe(
      'invalidRecipients',
    )
    const injected = [{ email: 'zoe@ailleurs.test>\r\nRCPT TO:<x@y.test', parameters: null }]
    expect(
      await reasonOf(
        send(letter, { envelope: { mailFrom: { email: 'anne@ecole.test', parameters: null }, rcptTo: injected } }),
      ),
    ).toBe('invalidRecipients')
    expect(sink.caught).toHaveLength(0)
    const orcpt = [{ email: 'zoe@ailleurs.test', parameters: { ORCPT: 'rfc822\r\nRCPT TO:<x@y.test>;z' } }]
    const mailFrom = { email: 'anne@ecole.test', parameters: null }
    await expect(send(letter, { envelope: { mailFrom, rcptTo: orcpt } })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('an envelope may hold the message and ask for reports', async () => {
    sink.options = { extensions: ['DSN'] }
    const submission = await send(letter, {
      envelope: {
        mailFrom: { email: 'anne@ecole.test', parameters: { HOLDFOR: '60', ENVID: 'a b', ret: 'hdrs' } },
        rcptTo: [{ email: 'zoe@ailleurs.test', parameters: { NOTIFY: 'SUCCESS,DELAY' } }],
      },
    })
    expect(submission).toMatchObject({ undoStatus: 'pending', sendAt: clock.now() + 60_000 })
    clock.advance(61_000)
    runner.kick()
    await runner.idle()
    expect(sink.commands).toContain('MAIL FROM:<anne@ecole.test> RET=HDRS ENVID=a+20b')
    expect(sink.commands).toContain('RCPT TO:<zoe@ailleurs.test> NOTIFY=SUCCESS,DELAY')
  })

  const rolesOf = async (emailId: number) => {
    const rows = await rig.store.read((tx) =>
      tx.query((q) =>
        q
          .selectFrom('message')
          .innerJoin('mailbox', (join) =>
            join.onRef('mailbox.account_id', '=', 'message.account_id').onRef('mailbox.id', '=', 'message.mailbox_id'),
          )
          .select(['mailbox.role as role', 'message.flags as flags'])
          .where('message.account_id', '=', anne)
          .where('message.email_id', '=', emailId),
      ),
    )
    return rows.map(({ role, flags: bits }) => `${role}${(Number(bits) & draftFlag) === 0 ? '' : ' draft'}`)
  }
  const only = 'From: Anne <anne@ecole.test>\nTo: zoe@ailleurs.test\nSubject: Sortie\n\nBonjour.\n'

  test('a held message waits in Scheduled, and is filed among the sent ones when it leaves', async () => {
    const held = await send(only, { sendAt: clock.now() + 10_000 })
    expect(await rolesOf(held.emailId)).toEqual(['scheduled'])
    await runner.idle()
    expect(sink.caught).toHaveLength(0)
    clock.advance(10_001)
    runner.kick()
    await runner.idle()
    expect(sink.caught).toHaveLength(1)
    expect(await rolesOf(held.emailId)).toEqual(['sent'])
    expect(await current(held.id)).toMatchObject({ undoStatus: 'final' })
    const later = await send(only, { sendAt: clock.now() + 10_000 })
    expect(await rolesOf(later.emailId)).toEqual(['scheduled'])
  })

  test('called back, a held message is a draft again and never leaves', async () => {
    const held = await send(only, { sendAt: clock.now() + 10_000 })
    await cancelSubmission(rig.delivery, anne, held.id)
    expect(await rolesOf(held.emailId)).toEqual(['drafts draft'])
    clock.advance(20_000)
    runner.kick()
    await runner.idle()
    expect(sink.caught).toHaveLength(0)
    await cancelSubmission(rig.delivery, anne, held.id)
  })

  test('a held message that was put into the trash does not leave', async () => {
    const held = await send(only, { sendAt: clock.now() + 10_000 })
    const trash = await rig.store.read((tx) => mailboxByRole(tx, anne, 'trash'))
    const patch = { mailboxIds: [trash?.id ?? 0] }
    await changeEmails(rig.delivery.ctx, anne, { update: new Map([[held.emailId, patch]]), destroy: [] })
    clock.advance(20_000)
    runner.kick()
    await runner.idle()
    expect(sink.caught).toHaveLength(0)
    expect(await current(held.id)).toMatchObject({ undoStatus: 'canceled' })
    expect(await rolesOf(held.emailId)).toEqual(['trash'])
  })

  test('what an account held does not leave once the account is closed', async () => {
    const held = await send(only, { sendAt: clock.now() + 10_000 })
    await rig.store.writeGlobal((tx) =>
      tx.execute((q) => q.updateTable('account').set({ status: 'disabled' }).where('id', '=', anne)),
    )
    clock.advance(20_000)
    runner.kick()
    await runner.idle()
    expect(sink.caught).toHaveLength(0)
    expect(await current(held.id)).toMatchObject({ undoStatus: 'canceled' })
  })

  test('of a cancellation and a release at the same moment exactly one wins', async () => {
    for (let round = 0; round < 8; round++) {
      sink.caught.length = 0
      const held = await send(only, { sendAt: clock.now() + 10_000 })
      clock.advance(10_001)
      runner.kick()
      const canceled = await cancelSubmission(rig.delivery, anne, held.id).then(
        () => true,
        (error: unknown) => !isFailure(error, 'conflict'),
      )
      runner.kick()
      await runner.idle()
      expect(sink.caught).toHaveLength(canceled ? 0 : 1)
      expect(await current(held.id)).toMatchObject({ undoStatus: canceled ? 'canceled' : 'final' })
      expect(await rolesOf(held.emailId)).toEqual([canceled ? 'drafts draft' : 'sent'])
    }
  })
})
