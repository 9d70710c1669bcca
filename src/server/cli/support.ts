/** `convergence support ...` and `convergence incident ...`: who helps, when, and what does not work at present. */
import { readFile } from 'node:fs/promises'
import { addContact, listContacts, removeContact } from '#domain/support/contacts.ts'
import { answeringContacts, readClosures, saveClosures } from '#domain/support/help.ts'
import { type Period, readSchoolCalendar } from '#domain/support/holidays.ts'
import { parseHours } from '#domain/support/hours.ts'
import { closeIncident, openIncident } from '#domain/support/incident-write.ts'
import { currentIncidents, severities } from '#domain/support/incidents.ts'
import { addDays } from '#domain/support/paris.ts'
import { actor } from './account.ts'
import { type Command, CommandError, flagOption, textOption, UsageError, wordAt } from './command.ts'
import { table } from './terminal.ts'

const moment = (at: number | undefined): string =>
  at === undefined
    ? ''
    : new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', dateStyle: 'medium', timeStyle: 'short' }).format(at)

const numberAt = (text: string): number => {
  if (!/^\d{1,12}$/.test(text)) throw new UsageError(`${text} is not a number.`)
  return Number(text)
}

const list: Command = {
  name: 'support list',
  usage: '',
  about: 'List the contacts people are shown, and who answers now',
  words: [0, 0],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const contacts = await house.store.read((tx) => answeringContacts(tx, house.ctx.clock.now(), {}))
      invocation.say(
        table(
          ['ID', 'FOR', 'DEPARTMENT', 'TOPIC', 'LEVEL', 'NAME', 'PHONE', 'MAIL', 'NOW'],
          contacts.map((contact) => [
            String(contact.id),
            contact.profile,
            contact.department,
            contact.topic,
            String(contact.level),
            contact.name,
            contact.phone,
            contact.mail,
            contact.open ? `open until ${moment(contact.until)}` : `opens ${moment(contact.opensAt)}`,
          ]),
        ),
      )
      return 0
    }),
}

const add: Command = {
  name: 'support add',
  usage: 'NAME',
  about: 'Add a contact',
  words: [1, 1],
  options: {
    for: {
      type: 'string',
      value: 'PROFILE',
      about: 'teacher, head, pupil, parent, administrative, staff..., or * (default)',
    },
    department: { type: 'string', value: 'CODE', about: '25, 39, 70, 90, or * (default)' },
    topic: { type: 'string', value: 'WORD', about: 'what it is about, or * (default)' },
    level: { type: 'string', value: 'N', about: '1 answers first (default)' },
    phone: { type: 'string', value: 'NUMBER', about: 'telephone' },
    mail: { type: 'string', value: 'ADDRESS', about: 'mail' },
    url: { type: 'string', value: 'ADDRESS', about: 'web page' },
    hours: { type: 'string', value: 'HOURS', about: '"lun-ven 9:00-12:00 14:00-17:00; sam 9:00-12:00"' },
  },
  more: 'Hours are those of Paris; public holidays are closed. "hors vacances" at the end closes school holidays too.',
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const option = (name: string): string => textOption(invocation, name) ?? ''
      const id = await addContact(house.ctx, actor, {
        profile: option('for'),
        department: option('department'),
        topic: option('topic'),
        level: option('level') === '' ? 1 : numberAt(option('level')),
        name: wordAt(invocation, 0),
        phone: option('phone'),
        mail: option('mail'),
        url: option('url'),
        hours: parseHours(option('hours')),
      })
      invocation.say(`Added contact ${id}.`)
      return 0
    }),
}

const remove: Command = {
  name: 'support remove',
  usage: 'ID',
  about: 'Remove a contact',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      await removeContact(house.ctx, actor, numberAt(wordAt(invocation, 0)))
      invocation.say(`${(await house.store.read(listContacts)).length} contacts are left.`)
      return 0
    }),
}

const holidays: Command = {
  name: 'support holidays',
  usage: '[FILE]',
  about: 'Show the school holidays of zone A, or replace them by an export of fr-en-calendrier-scolaire (JSON)',
  words: [0, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const [file] = invocation.words
      if (file !== undefined) {
        const periods = readSchoolCalendar(JSON.parse(await readFile(file, 'utf8')))
        if (periods.length === 0) throw new CommandError(`${file} has no holidays of zone A.`)
        await saveClosures(house.ctx, actor, 'schoolHolidays', periods)
      }
      const { schoolHolidays } = await house.store.read(readClosures)
      invocation.say(
        table(
          ['FROM', 'CLASSES RESUME', 'NAME'],
          schoolHolidays.map(({ from, to, name }) => [from, to, name]),
        ),
      )
      return 0
    }),
}

const dayForm = /^\d{4}-\d{2}-\d{2}$/

const closure: Command = {
  name: 'support closure',
  usage: '[FIRST [LAST] NAME]',
  about: 'Show the exceptional closures, or add one (days as 2026-05-15)',
  words: [0, 3],
  options: { clear: { type: 'boolean', about: 'forget all of them' } },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const { words } = invocation
      let { exceptional } = await house.store.read(readClosures)
      if (flagOption(invocation, 'clear')) await saveClosures(house.ctx, actor, 'exceptional', (exceptional = []))
      if (words.length > 0) {
        const [first = '', second = '', third] = words
        const last = third === undefined ? first : second
        const name = third ?? second
        if (!dayForm.test(first) || !dayForm.test(last) || last < first || name === '')
          throw new UsageError('A closure is a first day, perhaps a last day, and a name.')
        const added: Period = { name, from: first, to: addDays(last, 1) }
        exceptional = [...exceptional, added].sort((a, b) => (a.from < b.from ? -1 : 1))
        await saveClosures(house.ctx, actor, 'exceptional', exceptional)
      }
      invocation.say(
        table(
          ['FIRST DAY', 'LAST DAY', 'NAME'],
          exceptional.map(({ from, to, name }) => [from, addDays(to, -1), name]),
        ),
      )
      return 0
    }),
}

const incidentOpen: Command = {
  name: 'incident open',
  usage: 'TITLE',
  about: 'Tell everybody on the sign-in page that something does not work',
  words: [1, 1],
  options: {
    component: { type: 'string', value: 'METHOD', about: 'password, passkey, an identity provider, or * (default)' },
    severity: { type: 'string', value: severities.join('|'), about: 'minor by default' },
    body: { type: 'string', value: 'TEXT', about: 'what to do meanwhile' },
    english: { type: 'string', value: 'TITLE', about: 'the title in English' },
    hours: { type: 'string', value: 'N', about: 'it ends by itself after so many hours' },
  },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const given = textOption(invocation, 'severity') ?? 'minor'
      const severity = severities.find((one) => one === given)
      if (!severity) throw new UsageError(`--severity takes ${severities.join(', ')}.`)
      const hours = textOption(invocation, 'hours')
      const english = textOption(invocation, 'english')
      const id = await openIncident(house.ctx, actor, {
        component: textOption(invocation, 'component') ?? '*',
        severity,
        title: { fr: wordAt(invocation, 0), ...(english === undefined ? {} : { en: english }) },
        body: { fr: textOption(invocation, 'body') ?? '' },
        ...(hours === undefined ? {} : { endsAt: house.ctx.clock.now() + numberAt(hours) * 3_600_000 }),
      })
      invocation.say(`Incident ${id} is shown.`)
      return 0
    }),
}

const incidentClose: Command = {
  name: 'incident close',
  usage: '[ID]',
  about: 'End an incident, or list those that go on',
  words: [0, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const [id] = invocation.words
      if (id !== undefined) await closeIncident(house.ctx, actor, numberAt(id))
      const going = await house.store.read((tx) => currentIncidents(tx, house.ctx.clock.now()))
      invocation.say(
        table(
          ['ID', 'METHOD', 'SEVERITY', 'SINCE', 'UNTIL', 'TITLE'],
          going.map((one) => [
            String(one.id),
            one.component,
            one.severity,
            moment(one.startsAt),
            moment(one.endsAt),
            one.title.fr,
          ]),
        ),
      )
      return 0
    }),
}

export const supportCommands: readonly Command[] = [list, add, remove, holidays, closure, incidentOpen, incidentClose]
