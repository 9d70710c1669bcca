import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { readAudit } from '#domain/people/audit.ts'
import { createPeople } from '#domain/people/people.ts'
import { addContact, listContacts, removeContact } from '#domain/support/contacts.ts'
import { demoSupport } from '#domain/support/demo.ts'
import { helpFor, readClosures, saveClosures } from '#domain/support/help.ts'
import { parseHours } from '#domain/support/hours.ts'
import { closeIncident, openIncident } from '#domain/support/incident-write.ts'
import { registerSupport } from '#server/http/support.ts'
import { onEveryEngine } from '../contract/all.ts'

const contact = {
  profile: '*',
  department: '*',
  topic: '*',
  level: 1,
  phone: '1',
  mail: '',
  url: '',
  hours: parseHours(''),
}

onEveryEngine('support', (driver) => {
  const open = async () => {
    const bench = await driver.open()
    // Tuesday 24 November 2026, ten o'clock in Paris.
    bench.clock.set(Date.UTC(2026, 10, 24, 9))
    return { bench, ctx: { store: bench.store, clock: bench.clock, log: silentLog } }
  }

  test('each audience of the demonstration sees its own contacts, open at ten on a Tuesday', async () => {
    const { bench, ctx } = await open()
    await demoSupport(ctx)
    await demoSupport(ctx)
    const namesFor = async (question: Parameters<typeof helpFor>[1]) =>
      (await helpFor(ctx, question)).contacts.map(({ name, open }) => `${name} ${open}`)
    expect(await namesFor({ audience: 'staff' })).toEqual([
      'Référent numérique de l’établissement true',
      'Assistance académique true',
    ])
    expect((await namesFor({ audience: 'parent' })).length).toBe(4)
    expect(await namesFor({ audience: 'parent', department: '39' })).toEqual([
      'Assistance EduConnect et ENT (Jura) true',
    ])
    expect((await namesFor({ audience: 'administrative' }))[0]).toBe('Support DSI true')
    await bench.close()
  })

  test('a closure added by hand closes, and the audit log knows who added it', async () => {
    const { bench, ctx } = await open()
    await addContact(ctx, 'thomas', { ...contact, name: 'Guichet', hours: parseHours('lun-ven 9:00-17:00') })
    await saveClosures(ctx, 'thomas', 'exceptional', [{ name: 'Pont', from: '2026-11-24', to: '2026-11-25' }])
    expect((await ctx.store.read(readClosures)).exceptional).toHaveLength(1)
    const { contacts } = await helpFor(ctx, {})
    expect(contacts[0]).toMatchObject({ open: false, because: 'Pont', opensAt: Date.UTC(2026, 10, 25, 8) })
    expect(await readAudit(ctx, 2)).toMatchObject([{ action: 'support.save', actor: 'thomas' }, { target: 'Guichet' }])
    await bench.close()
  })

  test('a contact needs a name and a way to be reached; a removed one is gone', async () => {
    const { bench, ctx } = await open()
    await expect(addContact(ctx, 'x', { ...contact, name: '' })).rejects.toThrow('name')
    await expect(addContact(ctx, 'x', { ...contact, name: 'A', phone: '' })).rejects.toThrow('phone')
    await expect(addContact(ctx, 'x', { ...contact, name: 'A', url: 'javascript:alert(1)' })).rejects.toThrow('web')
    const id = await addContact(ctx, 'x', { ...contact, name: 'A' })
    await removeContact(ctx, 'x', id)
    await expect(removeContact(ctx, 'x', id)).rejects.toThrow('no contact')
    expect(await ctx.store.read(listContacts)).toEqual([])
    await bench.close()
  })

  test('an incident is shown in the language of the browser until it ends, without anybody signing in', async () => {
    const { bench, ctx } = await open()
    const people = await createPeople(ctx, { publicUrl: 'https://mail.ecole.test' })
    const app = Fastify()
    registerSupport(app, people)
    const ask = async (language = 'fr') =>
      (await app.inject({ url: '/auth/help?audience=pupil', headers: { 'accept-language': language } })).json()
    const id = await openIncident(ctx, 'thomas', {
      component: 'educonnect',
      severity: 'major',
      title: { fr: 'EduConnect est en panne', en: 'EduConnect is down' },
    })
    await openIncident(ctx, 'thomas', {
      component: '*',
      severity: 'info',
      title: { fr: 'Maintenance' },
      endsAt: bench.clock.now() + 3_600_000,
    })
    expect((await ask('en')).incidents.map(({ title }: { title: string }) => title).sort()).toEqual([
      'EduConnect is down',
      'Maintenance',
    ])
    expect((await ask()).address).toBe('mail.ecole.test')
    bench.clock.advance(3_600_001)
    expect((await ask()).incidents).toMatchObject([{ title: 'EduConnect est en panne', component: 'educonnect' }])
    await closeIncident(ctx, 'thomas', id)
    expect((await ask()).incidents).toEqual([])
    await expect(closeIncident(ctx, 'thomas', id)).rejects.toThrow('going on')
    await app.close()
    people.close()
    await bench.close()
  })
})
