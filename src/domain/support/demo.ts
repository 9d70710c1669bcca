/** The contacts of the demonstration: fictional numbers, of a range kept for fiction (ARCEP). */
import type { Context } from '../context.ts'
import { addContact, listContacts, type NewContact } from './contacts.ts'
import { parseHours } from './hours.ts'

const departments = [
  ['25', 'Doubs', '03 53 01 25 00'],
  ['39', 'Jura', '03 53 01 39 00'],
  ['70', 'Haute-Saône', '03 53 01 70 00'],
  ['90', 'Territoire de Belfort', '03 53 01 90 00'],
] as const

const contacts = (domain: string): readonly NewContact[] => {
  const common = { department: '*', topic: '*', level: 1, url: '' }
  const school = parseHours('lun-ven 8:00-18:00')
  const desk = parseHours('lun-ven 8:30-17:30')
  const line = parseHours('lun-ven 9:00-12:00 14:00-17:00')
  return [
    {
      ...common,
      profile: 'teacher',
      name: 'Référent numérique de l’établissement',
      phone: '03 53 01 00 10',
      mail: `karim.benali@${domain}`,
      hours: school,
    },
    {
      ...common,
      profile: 'staff',
      level: 2,
      name: 'Assistance académique',
      phone: '03 53 01 00 20',
      mail: `helene.roux@${domain}`,
      hours: desk,
    },
    {
      ...common,
      profile: 'administrative',
      name: 'Support DSI',
      phone: '03 53 01 00 30',
      mail: `helene.roux@${domain}`,
      hours: desk,
    },
    {
      ...common,
      profile: 'pupil',
      name: 'Vie scolaire de l’établissement',
      phone: '03 53 01 00 40',
      mail: `marc.lefevre@${domain}`,
      hours: parseHours('lun-ven 8:00-12:00 13:30-17:30 hors vacances'),
    },
    ...departments.map(([department, name, phone]) => ({
      ...common,
      profile: 'parent',
      department,
      name: `Assistance EduConnect et ENT (${name})`,
      phone,
      mail: `helene.roux@${domain}`,
      hours: line,
    })),
  ]
}

/** Writes the demonstration's contacts, unless there are any. */
export const demoSupport = async (ctx: Context, domain = 'ac-demo.test'): Promise<void> => {
  if ((await ctx.store.read(listContacts)).length > 0) return
  for (const contact of contacts(domain)) await addContact(ctx, 'demonstration', contact)
}
