import { afterAll, beforeAll, expect, test } from 'vitest'
import { audience } from '#domain/directory/audience-rules.ts'
import { runNotices } from '#domain/notices/publish.ts'
import { createNotice, publishNotice } from '#domain/notices/write.ts'
import { notify } from '#domain/notify/notify.ts'
import { runOutbox } from '#domain/notify/outbox.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { methods } from '#protocol/jmap/methods.ts'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let people: People
let anne: Client
let paul: Client
let id = ''
const actor = { accountId: 1, login: 'root', admin: true }

const tell = async (title: string): Promise<number> => {
  const notice = await createNotice(people, actor, {
    uai: '',
    title: { fr: title, en: '' },
    body: { fr: '# Titre\n\n<script>1</script>\n\n**gras**', en: '' },
    audience: audience({ persons: [anne.principal.accountId] }),
    urgent: true,
    acknowledge: true,
    expiresAt: null,
  })
  await publishNotice(people, actor, notice)
  await runNotices(people)
  return notice
}

beforeAll(async () => {
  server = await openServer()
  people = await createPeople(server.ctx, { domains: ['ac-demo.test'] })
  anne = await server.client()
  paul = await server.client()
  id = `n${(await tell('Neige')).toString(36)}`
})
afterAll(async () => {
  people.close()
  await server.close()
})

test('a notice is told to its recipient, its text runs nothing, and others see no trace of it', async () => {
  const { list } = await anne.call('Notice/get')
  expect(list).toMatchObject([{ id, title: { fr: 'Neige' }, isSeen: false, isUrgent: true, isWithdrawn: false }])
  const { html: told } = (list as { html: { fr: string } }[])[0] ?? {}
  const html = told?.fr
  expect(html).toContain('<strong>gras</strong>')
  expect(html).toContain('<h3>')
  expect(html).not.toContain('<script>')
  expect(await paul.call('Notice/get')).toMatchObject({ list: [] })
  expect(await paul.call('Notice/get', { ids: [id] })).toMatchObject({ list: [], notFound: [id] })
  expect(await paul.error('Notice/get', { accountId: anne.accountId })).toBe('accountNotFound')
})

test('the reader says that it was read, and takes nothing back; others say nothing', async () => {
  const state = await anne.state('Notice')
  expect(await anne.call('Notice/set', { update: { [id]: { isAcknowledged: true } } })).toMatchObject({
    updated: { [id]: null },
  })
  expect(await anne.call('Notice/changes', { sinceState: state })).toMatchObject({ updated: [id] })
  expect(await anne.call('Notice/set', { update: { [id]: { isAcknowledged: false } } })).toMatchObject({
    notUpdated: { [id]: { type: 'invalidProperties' } },
  })
  const refused = await anne.call('Notice/set', {
    update: { [id]: { title: { fr: 'x', en: 'x' } } },
    create: { k: {} },
    destroy: [],
  })
  expect(refused).toMatchObject({ notUpdated: { [id]: { type: 'invalidProperties' } }, notCreated: { k: {} } })
  expect(await paul.call('Notice/set', { update: { [id]: { isSeen: true } } })).toMatchObject({
    notUpdated: { [id]: { type: 'notFound' } },
  })
})

test('a notification is shown once, seen and destroyed by its owner only', async () => {
  const now = server.ctx.clock.now()
  const told = {
    account: anne.principal.accountId,
    category: 'ticket',
    title: 'Réponse',
    text: '',
    url: '/notices',
  } as const
  await server.ctx.store.writeGlobal(async (tx) => {
    await notify(tx, { ...told, urgent: true, once: 'x' }, now)
    await notify(tx, { ...told, urgent: true, once: 'x' }, now)
  })
  await runOutbox(people)
  const { list } = await anne.call('Notification/get')
  expect(list).toMatchObject([{ title: 'Réponse', isSeen: false }])
  const one = String((list as Json[])[0]?.id)
  expect(await paul.call('Notification/get', { ids: [one] })).toMatchObject({ list: [], notFound: [one] })
  expect(await paul.call('Notification/set', { destroy: [one] })).toMatchObject({ notDestroyed: { [one]: {} } })
  expect(await anne.call('Notification/set', { update: { [one]: { isSeen: true } } })).toMatchObject({
    updated: { [one]: null },
  })
  expect(await anne.call('Notification/set', { destroy: [one] })).toMatchObject({ destroyed: [one] })
  expect(await anne.call('Notification/get')).toMatchObject({ list: [] })
  expect(await anne.call('DocumentRequest/get')).toMatchObject({ list: [] })
})

test('a link of a notification leads to a page of ours', async () => {
  const told = { account: 1, category: 'ticket', title: 'x', text: '' } as const
  for (const url of ['https://evil.test', '//evil.test', '/\\evil'])
    await expect(server.ctx.store.writeGlobal((tx) => notify(tx, { ...told, url }))).rejects.toMatchObject({
      code: 'invalid',
    })
})

test('no method of the portal opens the account of somebody else, nor tells what is in it', async () => {
  const types = ['Tile', 'PortalArrangement', 'Card', 'Notice', 'Notification', 'DocumentRequest']
  const names = methods.map(({ name }) => name).filter((name) => types.includes(name.slice(0, name.indexOf('/'))))
  expect(names.length).toBeGreaterThanOrEqual(13)
  for (const name of names) {
    const given = { accountId: anne.accountId, ids: null, sinceState: '0', update: {}, filter: null }
    expect([name, await paul.error(name, given)]).toEqual([name, 'accountNotFound'])
  }
  // Tiles are everybody's, and an arrangement has the same name for each: of the others, not even that they exist is told.
  for (const type of types.slice(2)) {
    const ids = ((await anne.call(`${type}/get`)).list as { id: string }[]).map((one) => one.id)
    expect([type, await paul.call(`${type}/get`, { ids })]).toMatchObject([type, { list: [], notFound: ids }])
  }
})
