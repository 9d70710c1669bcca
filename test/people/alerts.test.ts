import { expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createDelivery } from '#domain/delivery/delivery.ts'
import { createQueueRunner } from '#domain/delivery/queue-runner.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { notifyOwner, signInRefusedDetail } from '#domain/people/alerts.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Bench, type Driver, lightHash } from '../contract/drivers.ts'
import { password } from './rig.ts'

interface Post {
  readonly bench: Bench
  readonly people: People
  readonly account: number
  /** Everything in the inbox, after the queue is empty; and what left for elsewhere. */
  mail(): Promise<{ inbox: string[]; sent: { to: string[]; text: string }[] }>
  close(): Promise<void>
}

const open = async (driver: Driver, locale = 'fr'): Promise<Post> => {
  const bench = await driver.open()
  const ctx = { store: bench.store, clock: bench.clock, log: silentLog }
  const names = { domains: ['ecole.test'], hostname: 'mail.ecole.test', publicUrl: 'https://mail.ecole.test' }
  const people = await createPeople(ctx, { ...names, passwordHash: lightHash })
  const { id } = await createAccount(people, 'test', { login: 'anne', name: 'Anne <b>', password, locale })
  const sent: { to: string[]; text: string }[] = []
  const delivery = createDelivery({
    ctx,
    people,
    resolve: async () => ['203.0.113.9'],
    config: { hostname: 'mail.ecole.test', smarthost: { host: 'relay.test', port: 25, tls: 'try' } },
  })
  const runner = createQueueRunner({
    delivery,
    courier: {
      carry: async (_host, letter) => {
        const chunks: Uint8Array[] = []
        for await (const chunk of letter.content()) chunks.push(chunk)
        sent.push({ to: letter.recipients.map(({ address }) => address), text: Buffer.concat(chunks).toString() })
        return letter.recipients.map(() => ({ code: 250, status: '2.0.0', text: 'ok' }))
      },
      close: () => {},
    },
  })
  return {
    bench,
    people,
    account: id,
    mail: async () => {
      await runner.start()
      await runner.idle()
      await runner.stop()
      const rows = await bench.store.read((tx) =>
        tx.query((q) => q.selectFrom('email').select(['blob_id']).orderBy('id')),
      )
      const inbox: string[] = []
      for (const { blob_id } of rows) inbox.push(Buffer.from(await bench.blobs.bytes(blob_id)).toString())
      return { inbox, sent }
    },
    close: async () => {
      people.close()
      await bench.close()
    },
  }
}

const decoded = (text: string): string =>
  text
    .replace(/=\r\n/g, '')
    .replace(/(?:=[0-9A-F]{2})+/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'))

const withRescue = (post: Post, verified: number | null) =>
  post.bench.store.writeGlobal((tx) =>
    tx.execute((q) =>
      q.insertInto('person').values({
        account_id: post.account,
        subject: 's',
        given_name: 'Anne',
        family_name: 'Martin',
        search_name: 'martin anne',
        birth_date: '',
        join_key: null,
        external_id: null,
        source: 'test',
        rescue_mail: 'anne@ailleurs.example',
        rescue_verified_at: verified,
        phone: '',
        activated_at: 1,
        blocked_at: null,
        block_reason: '',
        ends_at: null,
        updated_at: 1,
      }),
    ),
  )

onEveryEngine('notices to the owner', (driver) => {
  test('a change of password is told in the mailbox: what, when in Paris, where from, with what, what to do', async () => {
    const post = await open(driver)
    const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0'
    await notifyOwner(post.people, post.account, { kind: 'password-changed', ip: '90.1.2.3', userAgent })
    const { inbox, sent } = await post.mail()
    expect(sent).toEqual([])
    expect(inbox).toHaveLength(1)
    const text = decoded(inbox[0] ?? '')
    expect(text).toMatch(/^Return-Path: <>\r\nX-Convergence-Notice: password-changed\r\n/)
    expect(text).toContain('<postmaster@ecole.test>')
    expect(text).toContain('Auto-Submitted: auto-generated')
    expect(text).toContain('France (adresse 90.1.2.3)')
    expect(text).toContain('Firefox sur Windows')
    // 08:00 UTC on 1 September is ten o'clock in Paris.
    expect(text).toMatch(/mardi 1 septembre 2026 à 10:00/)
    expect(text).toContain('https://mail.ecole.test/account/security')
    expect(text).toContain('Anne &lt;b&gt;')
    await post.close()
  })

  test('an English speaker is written to in English', async () => {
    const post = await open(driver, 'en')
    await notifyOwner(post.people, post.account, { kind: 'new-device', ip: '10.0.0.4' })
    const { inbox } = await post.mail()
    expect(decoded(inbox[0] ?? '')).toContain('Sign-in from a new device')
    expect(decoded(inbox[0] ?? '')).toContain('internal network (address 10.0.0.4)')
    await post.close()
  })

  test('a verified rescue address gets a copy without our mark; one that is not verified gets nothing', async () => {
    const post = await open(driver)
    await withRescue(post, post.bench.clock.now())
    await notifyOwner(post.people, post.account, { kind: 'rescue-changed' })
    const { inbox, sent } = await post.mail()
    expect(inbox).toHaveLength(1)
    expect(sent.map(({ to }) => to)).toEqual([['anne@ailleurs.example']])
    expect(sent[0]?.text).not.toContain('X-Convergence-Notice')
    await post.close()
    const other = await open(driver)
    await withRescue(other, null)
    await notifyOwner(other.people, other.account, { kind: 'rescue-changed' })
    expect((await other.mail()).sent).toEqual([])
    await other.close()
  })

  test('a detail cannot break out of its line', async () => {
    const post = await open(driver)
    await notifyOwner(post.people, post.account, {
      kind: 'app-password-created',
      detail: 'x\r\nBcc: a@b.test\r\n\r\n<script>',
    })
    const text = decoded((await post.mail()).inbox[0] ?? '')
    expect(text).not.toMatch(/^Bcc:/m)
    expect(text).toContain('&lt;script&gt;')
    await post.close()
  })

  test('refusals are told once an hour for each reason, mistypings from the third on', async () => {
    const post = await open(driver)
    const refuse = (reason: 'wrong-password' | 'throttled') =>
      signInRefusedDetail(post.people, post.account, { reason, ip: '192.0.2.1', service: 'imap' })
    await refuse('wrong-password')
    await refuse('wrong-password')
    expect((await post.mail()).inbox).toHaveLength(0)
    await refuse('wrong-password')
    for (let i = 0; i < 5; i++) await refuse('wrong-password')
    for (let i = 0; i < 5; i++) await refuse('throttled')
    expect((await post.mail()).inbox).toHaveLength(2)
    post.bench.clock.advance(3_600_001)
    await refuse('throttled')
    const { inbox } = await post.mail()
    expect(inbox).toHaveLength(3)
    expect(inbox.map(decoded).join('')).toContain('le mot de passe était faux (IMAP)')
    await post.close()
  })

  test('nobody to tell is no error', async () => {
    const post = await open(driver)
    await notifyOwner(post.people, 999_999, { kind: 'password-changed' })
    expect((await post.mail()).inbox).toEqual([])
    await post.close()
  })
})
