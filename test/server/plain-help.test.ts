/** The page of those who run no script says what the web app's page says: ways in, incidents, the address, who helps. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addContact } from '#domain/support/contacts.ts'
import { parseHours } from '#domain/support/hours.ts'
import { openIncident } from '#domain/support/incident-write.ts'
import { type HttpRig, openHttpRig } from './rig.ts'

let rig: HttpRig

beforeAll(async () => {
  rig = await openHttpRig()
  const { ctx } = rig.house
  const common = { department: '*', level: 1, url: '', mail: '' }
  const always = parseHours('lun-dim 0:00-24:00')
  const never = parseHours('')
  await addContact(ctx, 'test', {
    ...common,
    profile: 'parent',
    topic: 'account',
    name: 'Fermé',
    phone: '01',
    hours: never,
  })
  await addContact(ctx, 'test', {
    ...common,
    profile: 'parent',
    topic: 'account',
    name: 'Ouvert',
    phone: '02',
    hours: always,
  })
  await addContact(ctx, 'test', {
    ...common,
    profile: 'parent',
    topic: 'mail',
    name: 'Du courrier',
    phone: '03',
    hours: always,
  })
  await openIncident(ctx, 'test', {
    component: 'password',
    severity: 'minor',
    title: { fr: 'Connexions <lentes>', en: 'Slow sign-ins' },
  })
})
afterAll(() => rig.close())

const page = async (path: string, language = 'fr', body?: string): Promise<string> => {
  const headers = {
    'accept-language': language,
    ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  }
  const answer = await rig.call(path, { headers, ...(body === undefined ? {} : { method: 'POST', body }) })
  return answer.body
}

test('an incident is told with the way in that it touches, in the language of the browser, as text', async () => {
  expect(await page('/login/plain')).toContain('Connexions &lt;lentes&gt; (identifiant et mot de passe)')
  expect(await page('/login/plain', 'en')).toContain('Slow sign-ins (identifier and password)')
})

test('the audience is chosen by a link that keeps where to go, and is kept by the form', async () => {
  const html = await page('/login/plain?audience=parent&then=%2Fcas%2Flogin%3Fservice%3Dx')
  expect(html).toContain('href="/login/plain?audience=pupil&amp;then=%2Fcas%2Flogin%3Fservice%3Dx"')
  expect(html).toContain('name="audience" value="parent"')
  expect(html).not.toContain('Du courrier')
})

test('an error names who answers now before who does not, with its code and what to do', async () => {
  const html = await page('/login', 'fr', 'login=nobody&password=faux&audience=parent')
  const alert = html.slice(html.indexOf('role="alert"'), html.indexOf('<form'))
  expect(alert).toContain('AUTH-01')
  expect(alert).toContain('/aide/code/AUTH-01')
  expect(alert).toContain('Ouvert')
  expect(alert).not.toContain('Fermé')
  expect(await page('/login', 'en', 'login=nobody&password=faux&audience=parent')).toContain('What to do now:')
})
