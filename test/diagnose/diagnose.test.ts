/** What a person is told of their own account, on every engine: mail arrives through LMTP, rules and refusals leave a trace. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { type ManualClock, manualClock } from '#base/clock.ts'
import { allowHelp, endHelp, enterHelp, listGrants, requireHelp } from '#domain/diagnose/consent.ts'
import { diagnose, repair, reportText, traceMail } from '#domain/diagnose/diagnose.ts'
import { ruleNameAt } from '#domain/diagnose/rule-at.ts'
import { flushTrace, noteTrace, readTrace, trimTrace } from '#domain/diagnose/trace.ts'
import { activateScript, createScript, listScripts } from '#domain/filter/scripts.ts'
import { readVacation, saveVacation } from '#domain/filter/vacation-response.ts'
import { readAudit } from '#domain/people/audit.ts'
import { createAppPassword } from '#domain/people/credentials.ts'
import type { Principal } from '#domain/people/principal.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openRig, type Rig, sendMail, talk } from '../smtp/rig.ts'

const rules = [
  'require ["fileinto", "mailbox"];',
  '# rule:[Listes]',
  'if header :contains "list-id" "dane"',
  '{',
  '\tfileinto :create "Listes";',
  '}',
  '# rule:[Publicité]',
  'if header :contains "subject" "promo"',
  '{',
  '\tdiscard;',
  '}',
  '',
].join('\r\n')

test('the name of a rule is found by its line, and nothing where nothing is', () => {
  expect([ruleNameAt(rules, 5), ruleNameAt(rules, 10), ruleNameAt('discard;\n', 1), ruleNameAt(rules, 99)]).toEqual([
    'Listes',
    'Publicité',
    '',
    undefined,
  ])
})

onEveryEngine('the diagnosis', (driver) => {
  let clock: ManualClock
  let rig: Rig
  let lea: number

  beforeEach(async () => {
    clock = manualClock(Date.UTC(2026, 10, 24, 9))
    rig = await openRig({ driver, clock })
    lea = await rig.account('lea')
  })
  afterEach(() => rig.close())

  const people = () => rig.delivery.people
  const owner = (more: Partial<Principal> = {}): Principal => ({
    accountId: lea,
    login: 'lea',
    name: 'Léa',
    email: 'lea@ecole.test',
    locale: 'fr',
    admin: false,
    amr: ['pwd'],
    authenticatedAt: clock.now(),
    steppedUpAt: 0,
    ...more,
  })
  const lmtp = async (headers: readonly string[]): Promise<string> => {
    const client = await talk(rig.ports.lmtp, 'LHLO relay.test')
    const text = ['From: Anne <anne@dane.test>', 'To: lea@ecole.test', ...headers, '', 'Secret.', ''].join('\r\n')
    const reply = await sendMail(client, 'anne@dane.test', ['lea@ecole.test'], text, true)
    client.close()
    return reply
  }
  const useRules = async (): Promise<void> => {
    const content = await rig.store.blobs.prepare(utf8(rules))
    await rig.store.write(lea, async (tx) => {
      await activateScript(tx, await createScript(rig.delivery.ctx, tx, { name: 'roundcube', content }))
    })
  }
  const finding = async (id: string) =>
    (await diagnose(people(), lea, 'fr', { ip: '192.0.2.7' })).findings.find((one) => one.id === id)

  test('without trouble everything is good, and nothing is to be repaired', async () => {
    const { findings } = await diagnose(people(), lea, 'fr', { ip: '192.0.2.7' })
    expect(findings.filter(({ verdict }) => verdict === 'bad' || verdict === 'warn')).toEqual([])
    expect(findings.flatMap(({ repairs }) => repairs)).toEqual([])
  })

  test('a message is found with the rule that filed it or threw it away, and never with its subject', async () => {
    await useRules()
    await lmtp(['Subject: Réunion', 'List-Id: <profs.dane.test>'])
    await lmtp(['Subject: promo secrète'])
    await lmtp(['Subject: Bonjour'])
    const found = await traceMail(people(), lea, { sender: 'anne@dane.test', day: '2026-11-24' }, 'fr')
    const texts = found.map(({ text }) => text)
    expect(texts.some((text) => /classé dans Listes par votre règle « Listes »/.test(text))).toBe(true)
    expect(texts.some((text) => /supprimé par votre règle « Publicité »/.test(text))).toBe(true)
    expect(found.filter(({ mailboxes }) => mailboxes.length > 0)).toHaveLength(2)
    expect(JSON.stringify(found)).not.toMatch(/secrète|Réunion|Bonjour|anne@/)
    expect(await traceMail(people(), lea, { sender: 'ailleurs.test' }, 'fr')).toEqual([])
    expect(await traceMail(people(), lea, { sender: '', day: '2026-11-23' }, 'fr')).toEqual([])
    await expect(traceMail(people(), lea, { sender: '', day: 'hier' }, 'fr')).rejects.toThrow('day')
  })

  test('rules that lose mail are told by name, and can be paused', async () => {
    await useRules()
    const before = await finding('rules')
    expect(before).toMatchObject({
      verdict: 'warn',
      lines: ['« Listes » : classe dans Listes', '« Publicité » : supprime'],
    })
    await repair(people(), owner(), 'pause-rules', 0)
    expect((await finding('rules'))?.verdict).toBe('good')
    expect((await rig.store.read((tx) => listScripts(tx, lea))).map(({ active }) => active)).toEqual([false])
    expect((await readAudit(rig.delivery.ctx, 1))[0]).toMatchObject({
      action: 'diagnosis.repair',
      detail: 'pause-rules',
    })
  })

  test('a vacation response that is on is told, and turned off without losing its text', async () => {
    await rig.store.write(lea, async (tx) =>
      saveVacation(tx, { ...(await readVacation(tx, lea)), enabled: true, text: 'Absente' }),
    )
    expect((await finding('vacation'))?.verdict).toBe('note')
    await repair(people(), owner(), 'stop-vacation', 0)
    expect(await rig.store.read((tx) => readVacation(tx, lea))).toMatchObject({ enabled: false, text: 'Absente' })
  })

  test('refused sign-ins are told with their reason, the wait can be lifted by a fresh proof only', async () => {
    for (let n = 0; n < 7; n++)
      await verifyPassword(people(), { login: 'lea', password: 'faux', ip: '192.0.2.7', service: 'imap' }).catch(
        () => undefined,
      )
    const refused = await finding('signIn')
    expect(refused?.verdict).toBe('warn')
    // The newest first: the last tries came too soon after the others.
    expect(refused?.lines[0]).toMatch(/trop d’essais.*, téléphone ou logiciel \(lecture\), depuis 192\.0\.2\.7/)
    expect(refused?.lines.at(-1)).toMatch(/mot de passe incorrect, téléphone ou logiciel/)
    expect((await finding('throttle'))?.repairs).toMatchObject([{ repair: 'unlock' }])
    await expect(repair(people(), owner(), 'unlock', 0)).rejects.toThrow('fresh proof')
    await repair(people(), owner({ steppedUpAt: clock.now() }), 'unlock', 0)
    expect((await finding('throttle'))?.verdict).toBe('good')
  })

  test('a device with an old password is named, and removed by its owner', async () => {
    const { id } = await createAppPassword(people(), 'lea', lea, { label: 'iPhone', scopes: ['imap'] })
    await rig.store.writeGlobal((tx) =>
      tx.execute((q) =>
        q.updateTable('credential').set({ failures: 3, last_failed_at: clock.now() }).where('id', '=', id),
      ),
    )
    const failing = await finding('devices')
    expect(failing).toMatchObject({ verdict: 'warn', repairs: [{ repair: 'revoke-device', target: id }] })
    expect(reportText(await diagnose(people(), lea, 'fr'))).toMatch(/iPhone : 3 refus/)
    await repair(people(), owner({ steppedUpAt: clock.now() }), 'revoke-device', id)
    expect((await finding('devices'))?.verdict).toBe('good')
  })

  test('a full mailbox is told, and what it refused', async () => {
    await rig.store.writeGlobal((tx) =>
      tx.execute((q) => q.updateTable('account').set({ quota_bytes: 1000, used_bytes: 990 }).where('id', '=', lea)),
    )
    expect(await lmtp(['Subject: trop'])).toMatch(/^[45]52/)
    expect((await finding('quota'))?.verdict).toBe('warn')
    expect((await finding('incoming'))?.verdict).toBe('bad')
  })

  test('the same line is counted within a moment, and forgotten after its time', async () => {
    const { ctx } = rig.delivery
    const line = {
      account: lea,
      kind: 'sign-in' as const,
      result: 'wrong-password',
      counterpart: 'imap',
      size: 0,
      detail: {},
    }
    for (let n = 0; n < 4; n++) noteTrace(ctx, line)
    await flushTrace(ctx)
    expect(await rig.store.read((tx) => readTrace(tx, lea, 0))).toMatchObject([{ times: 4, result: 'wrong-password' }])
    clock.advance(30 * 86_400_000 + 1)
    expect(await trimTrace(ctx, 30)).toBe(1)
  })

  test('a helper looks only with the code, only for half an hour, and the person sees who and ends it', async () => {
    const admin = await rig.account('helene')
    const helper = { accountId: admin, login: 'helene', admin: true }
    const look = () => rig.store.read((tx) => requireHelp(tx, helper, lea, clock.now()))
    await expect(look()).rejects.toThrow('let you look')
    const code = await allowHelp(people(), owner(), '192.0.2.7')
    await expect(enterHelp(people(), { accountId: lea, login: 'lea', admin: false }, lea, code, '')).rejects.toThrow(
      'task',
    )
    await expect(enterHelp(people(), helper, lea, '0000 0000', '')).rejects.toThrow('wrong')
    await enterHelp(people(), helper, lea, code, '')
    await expect(enterHelp(people(), helper, lea, code, '')).rejects.toThrow('wrong')
    await look()
    const grants = () => rig.store.read((tx) => listGrants(tx, lea, clock.now()))
    expect(await grants()).toMatchObject([{ active: true }])
    await endHelp(people(), owner(), '')
    await expect(look()).rejects.toThrow('let you look')
    await enterHelp(people(), helper, lea, await allowHelp(people(), owner(), ''), '')
    clock.advance(30 * 60_000)
    await expect(look()).rejects.toThrow('let you look')
    expect((await grants()).map(({ active }) => active)).toEqual([false, false])
  })
})
