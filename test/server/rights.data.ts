/**
 * Who may what in the rooms of the portal, as a table an auditor can read: every route of every room has a row. A new route
 * without a row fails the test beside it; a new row says who is let in.
 */

export const roles = [
  'administrator',
  'editor',
  'head',
  'writer',
  'helpdesk',
  'other.head',
  'teacher',
  'cpe',
  'clerk',
  'pupil',
  'parent',
  'stranger',
] as const
export type Role = (typeof roles)[number]

/** Routes that begin so must have a row. */
export const rooms = [
  ...['/admin/portal', '/admin/preview', '/admin/content', '/portal'],
  ...['/admin/notices', '/admin/audience', '/notices', '/auth/notifications'],
  ...['/admin/requests', '/requests'],
  ...['/admin/tickets', '/tickets'],
  ...['/admin/incidents', '/admin/components', '/admin/contacts', '/admin/closures', '/status', '/etat'],
  ...['/admin/guides', '/admin/errors', '/admin/quiet', '/admin/official', '/admin/practice', '/admin/diagnosis', '/diagnosis', '/aide', '/help', '/auth/help'],
] as const

/** The head of the school and whom the head named, and the platform. */
const authors = ['administrator', 'head', 'writer'] as const
const desk = ['administrator', 'head', 'helpdesk'] as const
/** Whom the administrators gave the tasks of the whole académie. */
const academy = ['administrator', 'editor'] as const
const signedIn = roles.filter((role) => role !== 'stranger')

export interface Row {
  /** Who is let in; `everybody` without being signed in. */
  readonly who: readonly Role[] | 'everybody'
  /** What the others are told: that they may not (403), or that there is nothing (404). */
  readonly others: 403 | 404
  /** A body that would be taken, for routes that read it before they ask who comes. */
  readonly body?: Readonly<Record<string, unknown>>
}

const row = (who: Row['who'], others: Row['others'] = 403, body?: Row['body']): Row =>
  body === undefined ? { who, others } : { who, others, body }

const college = '0250001R'
export const whom = { include: [{ profiles: ['teacher'], schools: [college] }], exclude: [] }
const words = { title: { fr: 'a', en: '' }, body: { fr: 'a', en: '' }, note: { fr: 'a', en: '' } }
const notice = { uai: college, ...words, audience: whom, urgent: false, acknowledge: false }
const day = 86_400_000
const request = {
  ...{ uai: college, title: 'a', text: '', audience: whom, dueAt: Date.now() + day, keepUntil: Date.now() + 2 * day },
  ...{ kinds: [], maxFiles: 1, maxBytes: 100_000, asksRemark: false },
}
const upload = { blobId: 'b'.padEnd(44, 'A'), name: 'a.pdf' }

export const table: Readonly<Record<string, Row>> = {
  // Services of the portal, the portal as a profile, content as a file: the académie's own.
  'GET /admin/portal/tiles': row(academy),
  'POST /admin/portal/tiles': row(academy),
  'POST /admin/portal/tiles/:id/state': row(academy),
  'POST /admin/portal/tiles/:id/remove': row(academy),
  'GET /admin/portal/tiles/:id/why': row(academy),
  'POST /admin/portal/order': row(academy),
  'GET /admin/portal/reach': row(academy),
  'POST /admin/portal/reach': row(academy),
  'GET /admin/portal/choices': row(academy),
  'POST /admin/preview': row(academy, 403, { kind: 'teacher', uai: college }),
  'GET /admin/guides': row(academy),
  'GET /admin/guides/:id': row(academy),
  'GET /admin/guides/:id/versions/:version': row(academy),
  'POST /admin/guides': row(academy),
  'POST /admin/guides/preview': row(academy),
  'POST /admin/guides/:id/restore': row(academy),
  'POST /admin/guides/unmatched/:id/forget': row(academy),
  'POST /admin/guides/pictures': row(academy),
  'POST /admin/guides/pictures/:name/remove': row(academy),
  'GET /admin/errors': row(academy),
  'GET /admin/errors/:id': row(academy),
  'GET /admin/errors/:id/versions/:version': row(academy),
  'POST /admin/errors': row(academy),
  'POST /admin/errors/try': row(academy),
  'POST /admin/errors/:id/restore': row(academy),
  'GET /admin/quiet': row(['administrator']),
  'POST /admin/quiet': row(['administrator']),
  'POST /admin/content/export': row(academy),
  'POST /admin/content/import': row(academy),
  'GET /admin/official': row(academy),
  'POST /admin/official': row(academy),
  'POST /admin/official/remove': row(academy),
  'POST /admin/official/restore': row(academy),
  'GET /admin/practice': row(academy),
  'POST /admin/practice': row(academy),
  'POST /admin/practice/plans': row(academy),
  'POST /admin/practice/plans/:id': row(academy),
  'POST /admin/practice/plans/:id/stop': row(academy),
  'POST /admin/practice/plans/:id/delete': row(academy),
  'POST /admin/practice/:id/start': row(academy),
  'POST /admin/practice/:id/end': row(academy),
  'POST /admin/practice/:id/delete': row(academy),
  'GET /portal/open/:id': row(signedIn),
  'GET /portal/demonstration/:key': row('everybody'),
  // Programs of services, by their own token; nobody by a session.
  'POST /portal/api/cards': row([]),
  'POST /portal/api/cards/withdraw': row([]),

  // Official notices: the authors of that school; another author has a list, in which it is not.
  'GET /admin/audience': row(signedIn),
  'POST /admin/audience/count': row(authors, 403, { audience: whom }),
  'GET /admin/notices': row([...authors, 'other.head']),
  'POST /admin/notices': row(authors, 403, notice),
  'POST /admin/notices/preview': row([...authors, 'other.head'], 403, notice),
  'GET /admin/notices/:id': row(authors, 404),
  'POST /admin/notices/:id': row(authors, 404, notice),
  'GET /admin/notices/:id/statistics': row(authors, 404),
  'GET /admin/notices/:id/readers': row(authors, 404),
  'POST /admin/notices/:id/remind': row(authors, 404),
  'POST /admin/notices/:id/publish': row(authors, 404),
  'POST /admin/notices/:id/unschedule': row(authors, 404),
  'POST /admin/notices/:id/correct': row(authors, 404, words),
  'POST /admin/notices/:id/withdraw': row(authors, 404, words),
  'POST /admin/notices/:id/delete': row(authors, 404),
  'POST /admin/notices/:id/files': row(authors, 404, upload),
  'POST /admin/notices/:id/files/:n/remove': row(authors, 404),
  'GET /notices/:id/files/:n': row(['teacher', ...authors], 404),
  'GET /auth/notifications': row(signedIn),
  'POST /auth/notifications': row(signedIn),
  'POST /auth/notifications/test': row(signedIn),

  // Documents asked for: as notices; what is handed in is for those who were asked.
  'GET /admin/requests': row([...authors, 'other.head']),
  'POST /admin/requests': row(authors, 403, request),
  'GET /admin/requests/:id': row(authors, 404),
  'POST /admin/requests/:id': row(authors, 404, request),
  'POST /admin/requests/:id/open': row(authors, 404),
  'POST /admin/requests/:id/close': row(authors, 404),
  'POST /admin/requests/:id/remind': row(authors, 404),
  'POST /admin/requests/:id/purge': row(authors, 404),
  'POST /admin/requests/:id/delete': row(authors, 404),
  'POST /admin/requests/:id/extend': row(authors, 404, request),
  'GET /admin/requests/:id/answers': row(authors, 404),
  'GET /admin/requests/:id/answers/:account/:n': row(authors, 404),
  'GET /admin/requests/:id/zip': row(authors, 404),
  'POST /requests/:id': row(['teacher'], 404, { keep: [], files: [], remark: '' }),
  'GET /requests/:id/files/:n': row(['teacher'], 404),

  // Requests for help: their writer (a teacher) and those who answer for the school.
  'GET /admin/tickets': row([...desk, 'other.head']),
  // Its writer sees there what they see in their own list.
  'GET /admin/tickets/:id': row([...desk, 'teacher'], 404),
  'GET /tickets/own': row(signedIn),
  'POST /tickets/new': row(signedIn, 403, { subject: '' }),
  'GET /tickets/one/:id': row([...desk, 'teacher'], 404),
  'POST /tickets/one/:id/answer': row([...desk, 'teacher'], 404, { text: 'a' }),
  'POST /tickets/one/:id/note': row(desk, 404, { text: 'a' }),
  'POST /tickets/one/:id/move': row(desk, 404, { what: 'assign' }),
  'POST /tickets/one/:id/assign': row(desk, 404, { to: 1 }),
  'POST /tickets/one/:id/rate': row(['teacher'], 404, { rating: 5 }),
  'POST /tickets/one/:id/files': row([...desk, 'teacher'], 404, upload),
  'GET /tickets/one/:id/files/:file': row([...desk, 'teacher'], 404),

  // What people are told of the state of services, and who helps them.
  'GET /admin/incidents': row(academy),
  'POST /admin/incidents': row(academy),
  'POST /admin/incidents/:id/update': row(academy),
  'POST /admin/incidents/:id/end': row(academy),
  'GET /admin/components': row(academy),
  'POST /admin/components': row(academy),
  'POST /admin/components/:key/watch': row(academy),
  'POST /admin/components/:key/remove': row(academy),
  'GET /admin/contacts': row(academy),
  'POST /admin/contacts': row(academy),
  'POST /admin/contacts/:id': row(academy),
  'POST /admin/contacts/:id/remove': row(academy),
  'GET /admin/closures': row(academy),
  'POST /admin/closures': row(academy),
  'GET /auth/help': row('everybody'),
  ...Object.fromEntries(
    ['/etat', '/status'].flatMap((root) => [
      [`GET ${root}`, row('everybody')],
      [`GET ${root}/atom.xml`, row('everybody')],
      [`GET ${root}/rss.xml`, row('everybody')],
      [`GET ${root}/maintenance.ics`, row('everybody')],
      [`POST ${root}/subscribe`, row('everybody')],
      [`GET ${root}/subscription`, row('everybody')],
      [`POST ${root}/subscription`, row('everybody')],
    ]),
  ),
  'GET /status/api': row('everybody'),

  // Guides and the decoder: everybody, also without being signed in.
  ...Object.fromEntries(
    ['/aide', '/help'].flatMap((root) => [
      [`GET ${root}`, row('everybody')],
      [`GET ${root}/:id`, row('everybody')],
      [`POST ${root}/:id/vote`, row('everybody')],
      [`GET ${root}/code/:code`, row('everybody')],
      [`GET ${root}/contacts`, row('everybody')],
      [`POST ${root}/decoder`, row('everybody')],
      [`GET ${root}/address`, row('everybody')],
      [`POST ${root}/address`, row('everybody')],
    ]),
  ),
  'GET /aide/style.css': row('everybody'),
  'GET /aide/pictures/:name': row('everybody'),
  'GET /help/api/offline': row('everybody'),
  'GET /help/api/search': row('everybody'),
  'GET /help/api/guide/:id': row('everybody'),
  'GET /help/api/code/:code': row('everybody'),

  // A diagnosis is one's own; a helper sees another's by their code only, and traces mail of people of the school.
  'GET /diagnosis': row(signedIn),
  'GET /diagnosis/mail': row(signedIn),
  'POST /diagnosis/repair': row(signedIn),
  'POST /diagnosis/allow': row(signedIn),
  'POST /diagnosis/end': row(signedIn),
  'GET /admin/diagnosis/:id': row([]),
  'POST /admin/diagnosis/:id/enter': row([], 403, { code: '000000' }),
  'GET /admin/diagnosis/:id/mail': row(desk),
  'GET /admin/diagnosis/:id/ways': row(desk),
  'POST /admin/diagnosis/:id/reset': row(desk),
}
