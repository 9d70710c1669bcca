/** Drafts and sending against the model server. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Draft } from '#web/data/contract.ts'
import { memoryStorage } from '#web/data/storage-memory.ts'
import { Rig } from './bench-client.ts'
import { FakeJmap } from './fake-jmap.ts'
import { VirtualTime } from './virtual-time.ts'

const draft = (key: string, change: Partial<Draft> = {}): Draft => ({
  key,
  identityId: 'i1',
  from: { name: 'Camille Martin', email: 'camille.martin@academie.example' },
  to: [{ name: null, email: 'rectorat@academie.example' }],
  cc: [],
  bcc: [],
  subject: 'Sortie scolaire',
  text: 'Bonjour,',
  attachments: [],
  ...change,
})

const start = async () => {
  const rig = new Rig()
  await rig.time.advance(10)
  const emailsIn = (role: string) => {
    const mailboxId = rig.server.mailboxWithRole(role)
    return [...rig.server.emails.values()].filter((email) => email.mailboxIds[mailboxId])
  }
  return { rig, client: rig.client, server: rig.server, emailsIn }
}

test('saving again replaces what was saved under the same key', async () => {
  const { rig, client, emailsIn } = await start()
  const first = await client.drafts.save(draft('k1'))
  const saved = client.drafts.save(draft('k1', { text: 'Bonjour, je' }))
  await rig.quiet(1000)
  expect(await saved).not.toBe(first)
  expect(emailsIn('drafts').map((email) => email.text)).toEqual(['Bonjour, je'])
})

test('saves made while offline become one save of the last content', async () => {
  const { rig, client, emailsIn } = await start()
  rig.wire.offline = true
  for (const text of ['B', 'Bon', 'Bonjour']) void client.drafts.save(draft('k1', { text }))
  await rig.time.advance(100)
  for (const text of ['Bonjour !', 'Bonjour à tous']) void client.drafts.save(draft('k1', { text }))
  rig.wire.offline = false
  client.wake()
  await rig.quiet(5000)
  expect(emailsIn('drafts').map((email) => email.text)).toEqual(['Bonjour à tous'])
})

test('a message sent leaves the drafts for the sent messages, and what it answers is marked', async () => {
  const { rig, client, server, emailsIn } = await start()
  const answered = server.deliver()
  const sent = client.drafts.send(draft('k1', { answers: answered }))
  expect(client.drafts.sending.get()).toEqual(['k1'])
  await rig.quiet(1000)
  await sent.done
  expect(client.drafts.sending.get()).toEqual([])
  expect(emailsIn('drafts')).toEqual([])
  expect(emailsIn('sent')).toMatchObject([{ subject: 'Sortie scolaire', keywords: { $seen: true } }])
  expect(server.submissions.size).toBe(1)
  expect(server.emails.get(answered)?.keywords).toEqual({ $answered: true })
})

test('a message that has not left the page can be taken back', async () => {
  const { rig, client, server, emailsIn } = await start()
  rig.wire.offline = true
  const sent = client.drafts.send(draft('k1'), { seconds: 10 })
  await rig.time.advance(5000)
  expect(sent.drop()).toBe(true)
  rig.wire.offline = false
  client.wake()
  await rig.quiet(20_000)
  expect(server.submissions.size).toBe(0)
  expect(emailsIn('drafts')).toHaveLength(1)
  expect(client.drafts.sending.get()).toEqual([])
})

test('a held message is submitted at once with the time that it waits, and sent again after it was called back', async () => {
  const { rig, client, server } = await start()
  const sent = client.drafts.send(draft('k1'), { until: Date.UTC(2026, 11, 1, 8) })
  await rig.quiet(1000)
  await sent.done
  expect(sent.drop()).toBe(false)
  const envelopes = () =>
    rig.wire.requests
      .flatMap((request) => request.methodCalls)
      .flatMap(([name, args]) => (name === 'EmailSubmission/set' ? [(args.create as { s: object }).s] : []))
  expect(envelopes()).toMatchObject([
    {
      envelope: {
        mailFrom: { email: 'camille.martin@academie.example', parameters: { HOLDUNTIL: '2026-12-01T08:00:00Z' } },
        rcptTo: [{ email: 'rectorat@academie.example', parameters: null }],
      },
    },
  ])
  const id = sent.submissionId() ?? ''
  const held = server.submissions.get(id)
  expect(held).toMatchObject({ undoStatus: 'pending' })
  if (held) server.submissions.set(id, { ...held, undoStatus: 'canceled' })
  const again = client.drafts.send(draft('k1'), { seconds: 10 })
  await rig.quiet(1000)
  await again.done
  expect(server.submissions.size).toBe(2)
  expect(envelopes()[1]).toMatchObject({ envelope: { mailFrom: { parameters: { HOLDFOR: '10' } } } })
})

test('a refused message stays in the drafts and is told', async () => {
  const { rig, client, emailsIn } = await start()
  const sent = client.drafts.send(draft('k1', { to: [] }))
  await rig.quiet(5000)
  await expect(sent.done).rejects.toMatchObject({ event: { code: 'sendFailed', type: 'noRecipients' } })
  // Told by the id of the draft that it is again: whoever is told can open it.
  const [kept, ...more] = emailsIn('drafts')
  expect(more).toEqual([])
  expect(rig.errors).toMatchObject([{ code: 'sendFailed', action: 'send', ids: [kept?.id] }])
})

test('a discarded draft goes to the trash, and undo brings it back', async () => {
  const { rig, client, emailsIn } = await start()
  await client.drafts.save(draft('k1'))
  await rig.quiet(1000)
  const discarded = client.drafts.discard('k1')
  await rig.quiet(1000)
  expect(emailsIn('drafts')).toHaveLength(0)
  expect(emailsIn('trash')).toHaveLength(1)
  discarded.undo()
  await rig.quiet(1000)
  expect(emailsIn('drafts')).toHaveLength(1)
})

test('a draft with pictures and files is an explicit MIME structure', async () => {
  const { rig, client } = await start()
  const file = { blobId: 'b1', type: 'application/pdf', name: 'liste.pdf', size: 10 }
  const picture = {
    blobId: 'b2',
    type: 'image/png',
    name: 'logo.png',
    size: 5,
    cid: 'logo',
    disposition: 'inline' as const,
  }
  void client.drafts.save(draft('k1', { html: '<p>Bonjour</p>', attachments: [file, picture] }))
  await rig.quiet(1000)
  const created = rig.wire.requests
    .flatMap((request) => request.methodCalls)
    .find(([name, args]) => name === 'Email/set' && args.create)
  const create = created?.[1].create as Record<string, { bodyStructure: unknown }> | undefined
  const html = { type: 'multipart/related', subParts: [{ partId: 'html' }, { blobId: 'b2', cid: 'logo' }] }
  const text = { type: 'multipart/alternative', subParts: [{ partId: 'text' }, html] }
  expect(create?.d?.bodyStructure).toMatchObject({ type: 'multipart/mixed', subParts: [text, { blobId: 'b1' }] })
})

const fate = fc.record(
  {
    going: fc.nat({ max: 70_000 }),
    coming: fc.nat({ max: 70_000 }),
    lose: fc.constantFrom('request' as const, 'answer' as const),
    repeatAfter: fc.nat({ max: 5000 }),
    status: fc.constantFrom(429, 500, 503),
  },
  { requiredKeys: [] },
)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ fates: fc.array(fate, { minLength: 1, maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ wait: fc.nat({ max: 5000 }) }) },
  { weight: 2, arbitrary: fc.record({ save: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ send: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ deliver: fc.constant(true) }) },
  {
    weight: 1,
    arbitrary: fc.record({ reload: fc.constantFrom('closed' as const, 'crashed' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ offline: fc.boolean() }) },
)

test('whatever the network does, a message is sent exactly once and leaves no copy behind', async () => {
  const RUNS = Number(process.env.CONVERGE_RUNS ?? 100)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const time = new VirtualTime()
      const server = new FakeJmap()
      const storage = memoryStorage()
      const fates: object[] = []
      const page = (offline: boolean) => {
        const made = new Rig({ server, storage, time })
        made.wire.fate = () => fates.shift() ?? {}
        made.wire.offline = offline
        return made
      }
      let rig = page(false)
      await time.advance(10)
      let counter = 0
      const open = new Map<number, string>()
      const sent = new Map<string, string>()
      const saved = new Map<string, string>()
      for (const one of steps) {
        counter += 1
        if ('fates' in one) fates.push(...one.fates)
        else if ('wait' in one) await time.advance(one.wait)
        else if ('offline' in one) rig.wire.offline = one.offline
        else if ('deliver' in one) {
          server.deliver()
          server.publish()
        } else if ('reload' in one) {
          await time.drain()
          if (one.reload === 'crashed') rig.crash()
          else await rig.client.close()
          rig = page(rig.wire.offline)
          await time.drain()
        } else {
          const n = 'save' in one ? one.save : one.send
          const key = open.get(n) ?? `k${counter}`
          open.set(n, key)
          const text = `texte ${counter}`
          if ('save' in one) {
            saved.set(key, text)
            void rig.client.drafts.save(draft(key, { text })).catch(() => {})
          } else {
            saved.delete(key)
            sent.set(key, text)
            rig.client.drafts.send(draft(key, { text }))
            open.delete(n)
          }
        }
      }
      fates.length = 0
      rig.wire.offline = false
      rig.client.wake()
      await rig.quiet(600_000)
      const mailbox = (role: string) => server.mailboxWithRole(role)
      const texts = (role: string) =>
        [...server.emails.values()].filter((email) => email.mailboxIds[mailbox(role)]).map((email) => email.text)
      const submitted = [...server.submissions.values()].map((one) => server.emails.get(one.emailId)?.text)
      expect(rig.client.pending.get()).toBe(0)
      expect(submitted.toSorted()).toEqual([...sent.values()].toSorted())
      expect(texts('sent').toSorted()).toEqual([...sent.values()].toSorted())
      expect(texts('drafts').toSorted()).toEqual([...saved.values()].toSorted())
      await rig.client.close()
    }),
    {
      numRuns: RUNS,
      endOnFailure: process.env.CONVERGE_SHRINK === undefined,
      ...(process.env.CONVERGE_SEED ? { seed: Number(process.env.CONVERGE_SEED) } : {}),
    },
  )
}, 3_600_000)
