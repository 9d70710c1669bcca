/** Mailboxes of functions as other users' (RFC 2342), with the rights of RFC 4314, in two connections at once. */
import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createFunctionMailbox } from '#domain/access/mailboxes/accounts.ts'
import { type Granter, grantMailbox, revokeMailbox } from '#domain/access/mailboxes/grants.ts'
import { type MailboxRole, mailboxRoles } from '#domain/access/mailboxes/roles.data.ts'
import { appendMessages } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { mailboxByPath } from '#domain/mail/mailboxes.ts'
import { setQuota } from '#domain/people/accounts.ts'
import { onEveryEngine } from '../../contract/all.ts'
import type { Bench } from '../../contract/drivers.ts'
import { Client } from './client.ts'
import { startImap, type TestServer } from './server.ts'

const admin: Granter = { actor: 'test', everywhere: true }

onEveryEngine('IMAP of the mailbox of a function', (driver) => {
  let bench: Bench
  let server: TestServer
  let n = 0
  let office: string
  let mailbox: number
  beforeAll(async () => {
    bench = await driver.open()
    server = await startImap(bench, {}, undefined, undefined, `fn${driver.name.slice(0, 2)}`)
  })
  afterAll(async () => {
    await server?.close()
    await bench?.close()
  })
  const put = async (subject: string) => {
    const inbox = await bench.store.read((tx) => mailboxByPath(tx, mailbox, 'INBOX'))
    const bytes = Buffer.from(
      `From: a@dehors.test\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@x>\r\n\r\nBonjour\r\n`,
    )
    const blob = await bench.store.blobs.prepare(bytes)
    const one = { blob, content: readContent(bytes), mailboxIds: [inbox!.id], flags: { flags: 0, keywords: [] } }
    await appendMessages(server.ctx, mailbox, [{ ...one, receivedAt: 1_000_000 }])
  }
  beforeEach(async () => {
    office = `office${++n}`
    const wanted = { login: office, name: 'Office', address: `${office}@ac-demo.test`, locale: 'en' }
    mailbox = (await createFunctionMailbox(server.people, admin, wanted)).id
    await put('un')
  })

  const clients: { close(): void }[] = []
  afterAll(() => {
    for (const client of clients) client.close()
  })
  type Person = { readonly login: string; readonly password: string }
  const signIn = async ({ login, password }: Person): Promise<Client> => {
    const client = await Client.open(server.port)
    clients.push(client)
    expect(await client.command(`LOGIN ${login} ${password}`)).toContain('OK')
    return client
  }
  const member = async (role: MailboxRole) => {
    const account = await server.account()
    const grants = await grantMailbox(server.people, admin, mailbox, { person: account.login, role })
    const grant = grants.find(({ personId }) => personId === account.id)?.id ?? 0
    return { client: await signIn(account), account, grant }
  }
  const of = (path = 'INBOX') => `"Other Users/${office}/${path}"`
  const messages = async (client: Client, name = of()) =>
    Number(/MESSAGES (\d+)/.exec(await client.command(`STATUS ${name} (MESSAGES)`))?.[1])

  test('a program finds it, and takes none of its folders for one’s own', async () => {
    const { account } = await member('reader')
    const program = new ImapFlow({
      host: '127.0.0.1',
      port: server.port,
      secure: false,
      doSTARTTLS: false,
      auth: { user: account.login, pass: account.password },
      logger: false,
    })
    clients.push(program)
    await program.connect()
    const found = await program.list()
    expect(found.map(({ path }) => path)).toContain(`Other Users/${office}/INBOX`)
    expect(found.filter(({ specialUse }) => specialUse === '\\Sent').map(({ path }) => path)).toEqual(['Sent'])
    expect((await program.mailboxOpen(`Other Users/${office}/INBOX`)).readOnly).toBe(true)
    const message = await program.fetchOne('1', { envelope: true })
    expect(message ? message.envelope?.subject : '').toBe('un')
    await program.logout()
  })

  test('it is in the namespace of other users, and to a stranger it is not there', async () => {
    const { client } = await member('reader')
    expect(await client.command('NAMESPACE')).toContain('(("" "/")) (("Other Users/" "/")) NIL')
    const listed = await client.command('LIST "" "Other Users/%"')
    expect(listed).toContain(`(\\Noselect \\HasChildren) "/" "Other Users/${office}"`)
    const all = await client.command('LIST "" * RETURN (STATUS (MESSAGES))')
    expect(all).toContain(`STATUS "Other Users/${office}/INBOX" (MESSAGES 1)`)
    const stranger = await signIn(await server.account())
    expect(await stranger.command('NAMESPACE')).toContain('(("" "/")) NIL NIL')
    expect(await stranger.command('LIST "" *')).not.toContain('Other Users')
    for (const command of ['SELECT', 'EXAMINE', 'MYRIGHTS', 'GETACL', 'GETQUOTAROOT', 'SUBSCRIBE', 'DELETE'])
      expect(await stranger.command(`${command} ${of()}`), command).toContain('NO [NONEXISTENT]')
    expect(await stranger.command(`STATUS ${of()} (MESSAGES)`)).toContain('NO [NONEXISTENT]')
    await stranger.command('SELECT INBOX')
    expect(await stranger.append(of(), Buffer.from('Subject: x\r\n\r\nx\r\n'))).toContain('NO [TRYCREATE]')
  })

  test('notes and replacements follow the role', async () => {
    const { client: reader } = await member('reader')
    const { client: other } = await member('member')
    const listed = await reader.command(`LIST "" ${of()} RETURN (MYRIGHTS METADATA (/shared/comment))`)
    expect(listed).toContain(`MYRIGHTS ${of()} lr\r\n`)
    expect(listed).toContain(`METADATA ${of()} (/shared/comment NIL)`)
    expect(await reader.command(`SETMETADATA ${of()} (/shared/comment "x")`)).toContain('NO [NOPERM]')
    expect(await reader.command(`SETMETADATA ${of()} (/private/comment "mine")`)).toContain(' OK')
    expect(await other.command(`SETMETADATA ${of()} (/shared/comment "ours")`)).toContain(' OK')
    expect(await other.command(`GETMETADATA ${of()} (/private/comment /shared/comment)`)).toContain(
      '(/private/comment NIL /shared/comment "ours")',
    )
    expect(await reader.command(`GETMETADATA ${of()} (/private/comment /shared/comment)`)).toContain(
      '(/private/comment "mine" /shared/comment "ours")',
    )
    const stranger = await signIn(await server.account())
    expect(await stranger.command(`GETMETADATA ${of()} /shared/comment`)).toContain('NO [NONEXISTENT]')
    expect(await stranger.command(`SETMETADATA ${of()} (/private/comment "x")`)).toContain('NO [NONEXISTENT]')
    const text = 'Subject: deux\r\n\r\nx\r\n'
    const replace = (target: string) => `UID REPLACE 1 ${target} {${text.length}+}\r\n${text}`
    await reader.command(`SELECT ${of()}`)
    expect(await reader.command(replace(of()))).toContain(' NO ')
    expect(await reader.command('SORT (SUBJECT) UTF-8 ALL')).toContain('* SORT 1\r\n')
    await other.command(`SELECT ${of()}`)
    expect(await other.command(replace('INBOX'))).toContain('NO [CANNOT]')
    expect(await other.command(replace(of()))).toMatch(/\[APPENDUID \d+ 2\].* OK/s)
    expect(await messages(other)).toBe(1)
  })

  const letters: Record<MailboxRole, string> = {
    reader: 'lr',
    member: 'lrswikxte',
    'on-behalf': 'lrswipkxte',
    'send-as': 'lrswipkxte',
    owner: 'lrswipkxtea',
  }
  /** What may be done, by role: the right that each command needs. */
  const writes = (client: Client): readonly [string, () => Promise<string>][] => [
    ['APPEND', () => client.append(of(), Buffer.from('Subject: x\r\n\r\nx\r\n'))],
    ['CREATE', () => client.command(`CREATE ${of('Nouveau')}`)],
    ['RENAME', () => client.command(`RENAME ${of('Nouveau')} ${of('Autre')}`)],
    ['DELETE', () => client.command(`DELETE ${of('Autre')}`)],
    ['STORE', () => client.command('STORE 1 +FLAGS (\\Flagged)')],
    ['COPY', () => client.command(`COPY 1 ${of('Archive')}`)],
    ['MOVE', () => client.command(`MOVE 1 ${of('Archive')}`)],
    ['EXPUNGE', () => client.command('EXPUNGE')],
  ]
  test.each(mailboxRoles)('%s: each command needs its right', async (role) => {
    const { client, account } = await member(role)
    expect(await client.command(`MYRIGHTS ${of()}`)).toContain(
      `MYRIGHTS "Other Users/${office}/INBOX" ${letters[role]}\r\n`,
    )
    expect(await client.command('MYRIGHTS INBOX')).toContain('MYRIGHTS INBOX lrswipkxtea\r\n')
    const acl = await client.command(`GETACL ${of()}`)
    if (role === 'owner') expect(acl).toContain(`${account.login} ${letters.owner}`)
    else expect(acl).toContain('NO [NOPERM]')
    expect(await client.command(`SETACL ${of()} ${account.login} lrswipkxtea`)).toContain('NO [NOPERM]')
    expect(await client.command(`DELETEACL ${of()} ${account.login}`)).toContain('NO [NOPERM]')
    const opened = await client.command(`SELECT ${of()}`)
    expect(opened).toContain(role === 'reader' ? 'OK [READ-ONLY]' : 'OK [READ-WRITE]')
    expect(await client.command('FETCH 1 BODY[]')).toContain('Bonjour')
    for (const [name, run] of writes(client))
      if (role === 'reader') expect(await run(), name).toMatch(/NO \[(NOPERM|NONEXISTENT)\]/)
      else expect(await run(), name).toMatch(/^t\d+ OK/m)
    expect(await client.command('UNSUBSCRIBE INBOX')).toContain('OK')
    expect(await client.command(`UNSUBSCRIBE ${of()}`)).toContain('NO [CANNOT]')
    if (role === 'reader')
      expect(await client.command(`STATUS ${of()} (UNSEEN MESSAGES)`)).toContain('(UNSEEN 1 MESSAGES 1)')
  })

  test('what one has read is read for the other, who waits in IDLE', async () => {
    const [{ client }, { client: other }] = [await member('member'), await member('send-as')]
    for (const one of [client, other]) await one.command(`SELECT ${of()}`)
    other.socket.write('i1 IDLE\r\n')
    await other.until(/^\+ .*\r\n/m)
    await client.command('STORE 1 +FLAGS (\\Seen)')
    expect(await other.until(/FETCH .*\\Seen.*\r\n/)).toContain('* 1 FETCH')
    await put('deux')
    expect(await other.until(/EXISTS\r\n/)).toContain('* 2 EXISTS')
  })

  test('messages go between one’s own mailbox and the function’s, each stored once', async () => {
    const { client } = await member('member')
    await client.command(`SELECT ${of()}`)
    expect(await client.command('COPY 1 INBOX')).toMatch(/OK \[COPYUID \d+ 1 1\]/)
    expect(await messages(client)).toBe(1)
    expect(await client.command('UID MOVE 1 Archive')).toMatch(/OK \[COPYUID \d+ 1 1\][\s\S]*\* 1 EXPUNGE[\s\S]*OK/)
    expect([await messages(client), await messages(client, 'Archive')]).toEqual([0, 1])
    await client.command('SELECT Archive')
    expect(await client.command('SEARCH SUBJECT un')).toContain('* SEARCH 1')
    expect(await client.command(`MOVE 1 ${of()}`)).toContain('OK')
    expect([await messages(client), await messages(client, 'Archive')]).toEqual([1, 0])
    expect(await client.command(`RENAME Archive ${of('Archive2')}`)).toContain('NO [CANNOT]')
  })

  test('its quota is its own', async () => {
    const { client } = await member('reader')
    await setQuota(server.people, 'test', mailbox, 10_240)
    const told = await client.command(`GETQUOTAROOT ${of('Sent')}`)
    expect(told).toContain(`QUOTAROOT "Other Users/${office}/Sent" "Other Users/${office}"`)
    expect(told).toContain(`QUOTA "Other Users/${office}" (STORAGE 1 10)`)
    expect(await client.command(`GETQUOTA "Other Users/${office}"`)).toContain('OK')
    expect(await client.command('GETQUOTA "Other Users/nobody"')).toContain('NO [NONEXISTENT]')
  })

  describe('an access that ends', () => {
    test('disconnects at once who waits in it, and nobody else', async () => {
      const [gone, stays] = [await member('member'), await member('member')]
      for (const { client } of [gone, stays]) {
        await client.command(`SELECT ${of()}`)
        client.socket.write('i1 IDLE\r\n')
        await client.until(/^\+ .*\r\n/m)
      }
      await revokeMailbox(server.people, admin, mailbox, gone.grant)
      expect(await gone.client.until(/\* BYE .*\r\n/)).toContain('Access was revoked')
      stays.client.socket.write('DONE\r\n')
      expect(await stays.client.until(/^i1 .*\r\n/m)).toContain('OK')
    })

    test('by its date is over at the next command', async () => {
      const account = await server.account()
      const expiresAt = bench.clock.now() + 60_000
      await grantMailbox(server.people, admin, mailbox, { person: account.login, role: 'member', expiresAt })
      const client = await signIn(account)
      await client.command(`SELECT ${of()}`)
      bench.clock.advance(60_000)
      expect(await client.command('STORE 1 +FLAGS (\\Flagged)')).toContain('NO [NOPERM]')
      expect(await client.until(/\* BYE .*\r\n/)).toContain('Access was revoked')
    })

    test('from writing to reading leaves the mailbox open to be read', async () => {
      const { client, account } = await member('member')
      await client.command(`SELECT ${of()}`)
      await grantMailbox(server.people, admin, mailbox, { person: account.login, role: 'reader' })
      expect(await client.command('STORE 1 +FLAGS (\\Flagged)')).toContain('NO [NOPERM]')
      expect(await client.command('FETCH 1 BODY[]')).toContain('Bonjour')
    })

    test('leaves alone who has not selected it', async () => {
      const { client, grant } = await member('member')
      await client.command('SELECT INBOX')
      await revokeMailbox(server.people, admin, mailbox, grant)
      expect(await client.command('NOOP')).toContain('OK')
      expect(await client.command('LIST "" *')).not.toContain('Other Users')
    })
  })
})
