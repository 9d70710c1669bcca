/** What help looks like in the demonstration: ninety days of status, an incident that is over, planned work, two requests. */
import { builtIns } from '#domain/status/components.data.ts'
import { dayBefore, daysKept, settleComponents } from '#domain/status/components.ts'
import { appendUpdate, openIncident, updateIncident } from '#domain/support/incident-write.ts'
import { incidentById } from '#domain/support/incidents.ts'
import { addEntry, changeTicket, insertTicket, ticketById } from '#domain/tickets/rows.ts'
import type { House } from '../house.ts'

const actor = 'demonstration'
const day = 86_400_000
const hour = 3_600_000

/** Bad days so many days ago, by component: checks of a day that found it degraded, and down. */
const badDays: Readonly<Record<string, readonly (readonly [ago: number, degraded: number, down: number])[]>> = {
  smtp: [
    [61, 40, 0],
    [17, 30, 75],
  ],
  imap: [
    [34, 90, 12],
    [17, 20, 0],
  ],
  web: [[52, 25, 0]],
  password: [[9, 15, 6]],
}

/** Checks of a whole day, one a minute. */
const checksADay = 1440

const fillDays = async ({ store, ctx }: House): Promise<void> => {
  const now = ctx.clock.now()
  await store.writeGlobal(async (tx) => {
    for (const { key } of builtIns)
      for (let ago = daysKept - 1; ago > 0; ago--) {
        const [, degraded = 0, down = 0] = badDays[key]?.find(([one]) => one === ago) ?? []
        const counts = { operational: checksADay - degraded - down, degraded, down, maintenance: 0 }
        await tx.execute((q) =>
          q
            .insertInto('status_day')
            .values({ component: key, day: dayBefore(now, ago), ...counts })
            .onConflict((on) => on.columns(['component', 'day']).doNothing()),
        )
      }
  })
}

const fillIncidents = async ({ ctx, store }: House): Promise<void> => {
  const now = ctx.clock.now()
  const began = now - 17 * day
  const id = await openIncident(ctx, actor, {
    quiet: true,
    component: 'smtp',
    components: ['smtp', 'imap'],
    severity: 'major',
    title: { fr: 'Réception des messages interrompue', en: 'Incoming mail interrupted' },
    body: {
      fr: 'Les messages venus de l’extérieur arrivent en retard. Aucun n’est perdu.',
      en: 'Messages from outside arrive late. None is lost.',
    },
    startsAt: began,
  })
  await updateIncident(ctx, actor, id, {
    phase: 'identified',
    body: { fr: 'Un équipement du réseau est remplacé.', en: 'A piece of network equipment is being replaced.' },
  })
  await store.writeGlobal(async (tx) => {
    const incident = await incidentById(tx, id)
    const body = {
      fr: 'Tout est rétabli, les messages en retard sont arrivés.',
      en: 'All is restored, late messages have arrived.',
    }
    await appendUpdate(tx, incident, { at: began + 2 * hour, phase: 'resolved', body, by: actor, quiet: true })
  })
  // It was announced when it began, and the cause was found a while later.
  for (const [phase, after] of [
    ['investigating', 0],
    ['identified', hour / 2],
  ] as const)
    await store.writeGlobal((tx) =>
      tx.execute((q) =>
        q
          .updateTable('incident_update')
          .set({ at: began + after })
          .where('incident_id', '=', id)
          .where('phase', '=', phase),
      ),
    )
  // Early in the morning, at least five days ahead: not yet told on the sign-in page.
  const ahead = now + 5 * day
  const start = ahead - (ahead % day) + 6 * hour
  await openIncident(ctx, actor, {
    quiet: true,
    kind: 'maintenance',
    component: 'web',
    components: ['web', 'jmap'],
    severity: 'minor',
    title: { fr: 'Mise à jour du portail', en: 'Update of the portal' },
    body: {
      fr: 'Le portail et la messagerie sur le web s’arrêtent quelques minutes. Les téléphones ne sont pas concernés.',
      en: 'The portal and mail on the web stop for some minutes. Phones are not concerned.',
    },
    startsAt: start,
    endsAt: start + 2 * hour,
  })
}

interface Person {
  readonly id: number
  readonly name: string
  readonly mail: string
}

const college = '0250001R'

/** Written as rows: nobody of a demonstration gets mail about requests that nobody made. */
const fillTickets = async ({ ctx, store }: House, person: (login: string) => Person | undefined): Promise<void> => {
  const [anne, karim, nathalie] = ['anne.martin', 'karim.benali', 'nathalie.garnier'].map(person)
  const now = ctx.clock.now()
  const common = { language: 'fr', uai: college, level: 1, report: '' }
  await store.writeGlobal(async (tx) => {
    if (anne && karim) {
      const at = now - 3 * day
      const whole = { ...common, accountId: anne.id, mail: anne.mail, name: anne.name, topic: 'mail' }
      const id = await insertTicket(tx, { ...whole, subject: 'Mon téléphone ne reçoit plus rien' }, at)
      const said = { kind: 'message' as const, authorId: anne.id, author: anne.name, side: 'person' as const }
      await addEntry(tx, id, { ...said, body: 'Depuis hier soir, mon téléphone redemande le mot de passe.' }, at)
      const answer =
        'Votre compte a maintenant un second facteur : il faut un mot de passe d’application. Le guide l’explique pas à pas.'
      await addEntry(
        tx,
        id,
        { kind: 'message', side: 'desk', authorId: karim.id, author: karim.name, body: answer },
        at + 2 * hour,
      )
      await changeTicket(tx, await ticketById(tx, id), { status: 'waiting', assigneeId: karim.id }, at + 2 * hour)
    }
    if (nathalie) {
      const at = now - 5 * hour
      const whole = { ...common, accountId: nathalie.id, mail: nathalie.mail, name: nathalie.name, topic: 'account' }
      const id = await insertTicket(tx, { ...whole, subject: 'Je ne vois qu’un de mes enfants' }, at)
      const body = 'Le portail ne montre que Léa. Hugo est au lycée à Dole.'
      await addEntry(
        tx,
        id,
        { kind: 'message', side: 'person', authorId: nathalie.id, author: nathalie.name, body },
        at,
      )
    }
  })
}

/** Fills what help shows, once. */
export const fillHelp = async (house: House, person: (login: string) => Person | undefined): Promise<void> => {
  await settleComponents(house.ctx)
  await fillDays(house)
  await fillIncidents(house)
  await fillTickets(house, person)
}
