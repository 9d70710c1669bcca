/**
 * What people do in the parts that profiles.test.ts walks through, by keyboard: each who may, unless a journey of its
 * own does it already (`doneElsewhere`). A second try finds what the first has left: names carry a turn.
 */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { audiences, authors, type Both, firstAid, type Profile } from './profiles.data.ts'

export interface Stage {
  readonly page: Page
  readonly profile: Profile
  /** French is 0, as in the table. */
  readonly language: 0 | 1
  /** Part of the name of whatever is made. */
  readonly turn: string
}

export type Act = (stage: Stage) => Promise<void>

/** A key pressed on a button that waits for something would be lost. */
const press = async (button: Locator): Promise<void> => {
  await expect.poll(() => button.isEnabled()).toBe(true)
  await button.press('Enter')
}

const say = <T>({ language }: Stage, words: readonly [fr: T, en: T]): T => words[language]

const button = (within: Pick<Page, 'getByRole'>, stage: Stage, name: Both) =>
  within.getByRole('button', { name: say(stage, name), exact: true })

/** As a link of the application would. */
const go = (page: Page, path: string): Promise<void> =>
  page.evaluate((to) => {
    history.pushState({}, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)

/** What the server itself says. */
const told = (page: Page, path: string): Promise<Readonly<Record<string, unknown>>> =>
  page.evaluate(async (at) => (await fetch(at)).json(), path)

/** Among the favourites, or no longer. */
const arrange: Act = async (stage) => {
  const { page } = stage
  const tile = page.locator('[data-key=mail]').first()
  // By its mark: what is behind an open menu has no role.
  const favourites = page.locator('section[aria-labelledby=section-favourites]')
  const isThere = await favourites.isVisible()
  const choice: Both = isThere
    ? ['Retirer des favoris', 'Remove from favourites']
    : ['Ajouter aux favoris', 'Add to favourites']
  await tile.getByRole('button', { name: /^Actions / }).press('Enter')
  await page.getByRole('menuitem', { name: say(stage, choice), exact: true }).press('Enter')
  await favourites.waitFor({ state: isThere ? 'detached' : 'visible' })
}

const handInto = async (stage: Stage, title: string): Promise<void> => {
  const asked = stage.page.getByRole('article', { name: title })
  await asked.waitFor()
  const receipt = asked.getByText(/^(Reçu n° |Receipt no\. )/)
  if ((await receipt.count()) > 0) return
  const file = {
    name: 'attestation.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4\nexemple\n%%EOF\n'),
  }
  await asked.locator('input[type=file]').setInputFiles(file)
  await press(button(asked, stage, ['Remettre', 'Hand in']))
  await receipt.waitFor()
}

/** Those of the office itself: nobody else is disturbed, and the asker is asked too. */
const toOwnOffice = async (stage: Stage): Promise<void> => {
  const { page, profile } = stage
  const rule = page.getByRole('group', { name: say(stage, ['Destinataires, règle 1', 'Recipients, rule 1']) })
  const office: Both = profile === 'head' ? ['Direction', 'Head'] : ['Académie', 'Authority']
  await rule.getByRole('checkbox', { name: say(stage, office), exact: true }).press('Space')
}

const askAndAnswer: Act = async (stage) => {
  const { page, turn } = stage
  const title = `Document ${turn}`
  await press(button(page, stage, ['Nouvelle demande', 'New request']))
  await page.getByLabel(say(stage, ['Document demandé', 'Document asked for']), { exact: true }).fill(title)
  await toOwnOffice(stage)
  const now: Both = ['Demander maintenant', 'Ask now']
  await press(button(page, stage, now))
  await press(button(page.getByRole('alertdialog'), stage, now))
  await page
    .getByText(say(stage, [/^0 ont répondu, sur/, /^0 of \d+ have answered/]))
    .first()
    .waitFor()
  await go(page, '/requests')
  await handInto(stage, title)
}

const writeNotice: Act = async (stage) => {
  const { page, turn } = stage
  await press(button(page, stage, ['Nouvelle information', 'New notice']))
  await page.getByLabel(say(stage, ['Titre', 'Title (French)']), { exact: true }).fill(`Information ${turn}`)
  const text = say(stage, ['Texte', 'Text (French)'])
  await page.getByRole('textbox', { name: text, exact: true }).fill('Rien ne change **cette semaine**.')
  await toOwnOffice(stage)
  const now: Both = ['Publier maintenant', 'Publish now']
  await press(button(page, stage, now))
  await press(button(page.getByRole('alertdialog'), stage, now))
  await page
    .getByText(say(stage, [/0 ont lu, sur \d/, /0 of \d+ have read/]))
    .first()
    .waitFor()
}

/** A vacation response that somebody has forgotten is found, and turned off. */
const repair: Act = async (stage) => {
  const { page } = stage
  await page.evaluate(async () => {
    const uses = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:vacationresponse']
    const session = await (await fetch('/jmap/session')).json()
    const accountId = Object.values(session.primaryAccounts)[0]
    const update = { singleton: { isEnabled: true, textBody: 'Absence' } }
    const answer = await fetch(new URL(session.apiUrl).pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf': '1' },
      body: JSON.stringify({ using: uses, methodCalls: [['VacationResponse/set', { accountId, update }, 'v']] }),
    })
    const [[name, { updated } = {}] = []] = (await answer.json()).methodResponses ?? [[]]
    if (name !== 'VacationResponse/set' || !updated) throw new Error('no vacation response was set')
  })
  await press(button(page, stage, ['Vérifier de nouveau', 'Check again']))
  const off = button(page, stage, ['Éteindre la réponse d’absence', 'Turn the vacation response off'])
  await press(off)
  await off.waitFor({ state: 'detached' })
  const isThere = async () => JSON.stringify(await told(page, '/diagnosis')).includes('stop-vacation')
  await expect.poll(isThere).toBe(false)
}

const askForHelp: Act = async (stage) => {
  const { page, profile, turn } = stage
  const subject = `${profile} ${turn}`
  await page.getByLabel(say(stage, ['Sujet', 'Subject']), { exact: true }).fill(subject)
  await page.getByLabel(say(stage, ['Votre message', 'Your message']), { exact: true }).fill('Un mot.')
  await press(button(page, stage, ['Envoyer la demande', 'Send the request']))
  await page.getByRole('heading', { name: subject }).waitFor()
  await press(button(page, stage, ['C’est résolu', 'It is solved']))
  await page.getByLabel(say(stage, ['Très bien', 'Very well']), { exact: true }).press('Space')
  await page
    .getByText(say(stage, ['Merci de votre avis.', 'Thank you for saying so.']))
    .first()
    .waitFor()
}

const choose: Act = async (stage) => {
  const { page } = stage
  const box = page.getByLabel(say(stage, ['Vacances scolaires (zone A)', 'School holidays (zone A)']))
  const before = await box.isChecked()
  await box.press('Space')
  await press(button(page, stage, ['Enregistrer', 'Save']))
  const kept = async () => {
    const { quiet } = (await told(page, '/auth/notifications')) as { quiet?: { schoolHolidays?: boolean } }
    return quiet?.schoolHolidays
  }
  await expect.poll(kept).toBe(!before)
}

const setUp: Act = async (stage) => {
  await press(button(stage.page, stage, ['Configurer', 'Set up']))
  await stage.page.getByRole('img', { name: /^(Code QR|QR code)/ }).waitFor()
}

/** Routes of those who hold a task; for everybody else they refuse. */
const audience = { include: [{ profiles: ['teacher'], schools: ['0250001R'] }], exclude: [] }
const guarded = [
  { path: '/admin/audience/count', body: { audience }, may: authors },
  { path: '/admin/notices', body: { title: { fr: 'Essai' }, body: { fr: 'Essai' }, audience }, may: authors },
  { path: '/admin/tickets', body: undefined, may: ['head', 'helpdesk', 'administrator'] },
  { path: '/admin/frauds', body: undefined, may: ['helpdesk', 'administrator'] },
  { path: '/admin/incidents', body: undefined, may: ['administrator'] },
  { path: '/admin/portal/tiles', body: undefined, may: ['administrator'] },
] as const satisfies readonly { path: string; body: object | undefined; may: readonly Profile[] }[]

const tryDoors: Act = async ({ page, profile }) => {
  const tried = guarded.filter(
    ({ body, may }: (typeof guarded)[number]) => body === undefined || !may.some((one) => one === profile),
  )
  const statuses = await page.evaluate(
    (doors) =>
      Promise.all(
        doors.map(async ({ path, body }) => {
          const sent = { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf': '1' } }
          return (await fetch(path, body === undefined ? {} : { ...sent, body: JSON.stringify(body) })).status
        }),
      ),
    tried.map(({ path, body }) => ({ path, body })),
  )
  const expected = tried.map(({ path, may }) => [path, may.some((one) => one === profile) ? 200 : 403])
  expect([profile, ...tried.map(({ path }, i) => [path, statuses[i]])]).toEqual([profile, ...expected])
}

const answerAtTheDesk: Act = async (stage) => {
  const { page, turn } = stage
  await go(page, '/admin?page=tickets')
  await page.getByRole('link', { name: 'Je ne vois qu’un de mes enfants' }).press('Enter')
  const answer = `Regardez de nouveau (${turn}).`
  await page.getByLabel(say(stage, ['Votre réponse', 'Your answer']), { exact: true }).fill(answer)
  await press(button(page, stage, ['Répondre', 'Answer']))
  await page
    .getByRole('list', { name: say(stage, ['Échanges', 'Conversation']) })
    .getByText(answer)
    .waitFor()
}

const subscribe: Act = async (stage) => {
  const { page, profile, turn } = stage
  await page.locator('#mail').fill(`${audiences[profile]}.${turn}@famille.example`)
  await page.locator('#mail').press('Enter')
  await page.getByRole('heading', { name: say(stage, ['Regardez votre boîte', 'Look into your mailbox']) }).waitFor()
}

const judgeGuide: Act = async (stage) => {
  const { page } = stage
  await page
    .getByRole('link', { name: say(stage, [/^Lire le guide/, /^Read the guide/]) })
    .first()
    .press('Enter')
  await press(button(page, stage, ['Oui', 'Yes']))
  await page.getByText(say(stage, ['Votre réponse est comptée', 'Your answer is counted'])).waitFor()
}

const both =
  (...acts: readonly Act[]): Act =>
  async (stage) => {
    for (const act of acts) await act(stage)
  }

interface Deed {
  readonly act: Act
  /** Whose it is; everybody's when absent. */
  readonly of?: readonly Profile[]
  /** Whose a journey of its own is. */
  readonly doneElsewhere?: readonly Profile[]
}

/** By the name of the part. */
const deeds: Readonly<Record<string, readonly Deed[]>> = {
  home: [{ act: both(arrange, arrange), doneElsewhere: ['teacher'] }],
  'writing a notice': [{ act: writeNotice, of: authors, doneElsewhere: ['head'] }],
  'documents asked for': [
    { act: (stage) => handInto(stage, firstAid[0]), of: ['teacher', 'parent'], doneElsewhere: ['parent'] },
  ],
  'asking for a document': [{ act: askAndAnswer, of: authors }],
  diagnosis: [{ act: repair }],
  'requests for help': [{ act: askForHelp, doneElsewhere: ['teacher'] }],
  notifications: [{ act: choose, doneElsewhere: ['parent'] }],
  'setting up a device': [{ act: setUp, doneElsewhere: ['pupil'] }],
  administration: [{ act: tryDoors }, { act: answerAtTheDesk, of: ['helpdesk'] }],
  status: [{ act: subscribe }],
  'error decoder': [{ act: judgeGuide }],
}

/** Does what a profile does in a part. */
export const actIn = async (part: string, stage: Stage): Promise<void> => {
  const { profile } = stage
  for (const { act, of, doneElsewhere } of deeds[part] ?? [])
    if ((of?.includes(profile) ?? true) && !doneElsewhere?.includes(profile)) await act(stage)
}
