/**
 * The public pages of help, without sign-in, script or cookie: `/aide` in French, `/help` in English, each guide below,
 * `/aide/code/AUTH-01`, the error decoder, "did this help?"; and the same as JSON for the web app (`/help/api/`).
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { type Decoded, decodeError, knownWords, longestError } from '#domain/guides/decode.ts'
import { type Guide, type GuideLanguage, guideLanguages, readers } from '#domain/guides/guide.ts'
import type { Library } from '#domain/guides/library.ts'
import { readPicture } from '#domain/guides/pictures.ts'
import { shelfOf } from '#domain/guides/shelf.ts'
import { stripPersonal } from '#domain/guides/strip.ts'
import { keepUnmatched } from '#domain/guides/unmatched.ts'
import { countVote } from '#domain/guides/votes.ts'
import type { People } from '#domain/people/people.ts'
import { type Audience, audiences, listContacts, type SupportContact } from '#domain/support/contacts.ts'
import { type Help, helpFor } from '#domain/support/help.ts'
import { isForeign } from './auth.ts'
import { contactsBody, contactsTitle } from './contacts-page.ts'
import { offlineGuides } from './guides-offline.ts'
import {
  type Asking,
  decodedShown,
  guideDocument,
  guideRoots,
  guideShown,
  helpHome,
  type Shown,
} from './guides-page.ts'
import { guideStyle } from './guides-style.data.ts'
import { bodyOf } from './owner.ts'
import { publicContact, publicIncident } from './support.ts'

/** Nothing but our style sheet, pictures and forms. */
export const guidePolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const tagOf = (text: string): string => `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`

export const stylePath = `/aide/style.css?v=${tagOf(guideStyle).slice(1, 9)}`

/** Sends what may be kept for a moment by anybody: nothing in it is about the person. */
const sendTagged = (
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  text: string,
  age = 60,
): FastifyReply => {
  const tag = tagOf(text)
  reply.header('etag', tag).header('cache-control', `public, max-age=${age}`)
  if ((request.headers['if-none-match'] ?? '').includes(tag)) return reply.code(304).send()
  return reply.type(type).send(text)
}

/** Sends a page of help; what answers a form is kept by nobody. */
export const sendShown = (
  request: FastifyRequest,
  reply: FastifyReply,
  shown: Shown,
  language: GuideLanguage,
  status = 200,
): FastifyReply => {
  reply.header('content-security-policy', guidePolicy).code(status)
  const html = guideDocument(shown, language, stylePath)
  if (status === 200 && request.method !== 'POST') return sendTagged(request, reply, 'text/html; charset=utf-8', html)
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html)
}

const textIn = (values: unknown, name: string, most: number): string => {
  const value = (values as Readonly<Record<string, unknown>> | null | undefined)?.[name]
  return typeof value === 'string' ? value.slice(0, most) : ''
}

const audienceIn = (values: unknown, name: string): Audience | undefined => {
  const asked = textIn(values, name, 40)
  return audiences.find((one) => one === asked)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** How long contacts and incidents are remembered, in milliseconds: a class opens the same page at once. */
const helpLife = 15_000

/** Contacts and incidents; the last known ones when the store does not answer: guides must be there when nothing is. */
const createHelpDesk = (people: People, log: Log) => {
  const remembered = new Map<string, { readonly at: number; readonly help: Help }>()
  return async (audience: Audience | undefined, topic: string | undefined): Promise<Help> => {
    const key = `${audience ?? ''} ${topic ?? ''}`
    const now = people.ctx.clock.now()
    const known = remembered.get(key)
    if (known && now - known.at < helpLife && now >= known.at) return known.help
    try {
      const help = await helpFor(people.ctx, { audience, topic })
      remembered.set(key, { at: now, help })
      return help
    } catch (error) {
      log.warn('guides.help', { message: messageOf(error) })
      return known?.help ?? { contacts: [], incidents: [], planned: [] }
    }
  }
}

/** Every contact; the last ones known when the store does not answer. */
const createContactList = (people: People, log: Log) => {
  let known: readonly SupportContact[] = []
  return async (): Promise<readonly SupportContact[]> => {
    try {
      known = await people.ctx.store.read(listContacts)
    } catch (error) {
      log.warn('guides.contacts', { message: messageOf(error) })
    }
    return known
  }
}

const guideUrl = (guide: Guide): string => `${guideRoots[guide.language]}/${guide.id}`

const summaryOf = (guide: Guide) => ({
  id: guide.id,
  title: guide.title,
  summary: guide.summary,
  next: guide.next,
  theme: guide.theme,
  profiles: guide.profiles,
  devices: guide.devices,
  codes: [...guide.codes.keys()],
  url: guideUrl(guide),
})

const wholeOf = (guide: Guide) => ({
  ...summaryOf(guide),
  meanings: Object.fromEntries(guide.codes),
  html: guide.html,
  keywords: guide.keywords,
  version: guide.version,
  updated: guide.updated,
  language: guide.language,
})

const answerOf = ({ how, found, from, meaning, guide }: Decoded) => ({
  how,
  found,
  from,
  meaning,
  guide: summaryOf(guide),
})

interface Desk {
  readonly people: People
  /** As editors have them now. */
  readonly library: () => Promise<Library>
  readonly log: Log
  /** Everybody's, or the last ones known. */
  readonly contacts: () => Promise<readonly SupportContact[]>
  readonly asking: (
    language: GuideLanguage,
    audience: Audience | undefined,
    topic: string | undefined,
  ) => Promise<Asking>
}

/** A guide for one door has that door's contacts when nobody said who they are. */
const audienceFor = (guide: Guide, said: Audience | undefined): Audience | undefined =>
  said ?? (guide.profiles.length === 1 ? audiences.find((one) => one === guide.profiles[0]) : undefined)

/** What a code leads to: one of ours, or one that the decoder knows. */
const guideOfCode = (library: Library, code: string, language: GuideLanguage): Guide | undefined =>
  library.ofCode(code, language) ?? decodeError(library, code, language).find(({ how }) => how === 'code')?.guide

const registerReading = (app: FastifyInstance, desk: Desk, language: GuideLanguage): void => {
  const { asking } = desk
  const root = guideRoots[language]
  app.get(root, async (request, reply) => {
    const library = await desk.library()
    const wanted = textIn(request.query, 'profile', 40)
    const reader = readers.find((one) => one === wanted)
    const about = await asking(language, audienceIn(request.query, 'profile'), undefined)
    const typed = textIn(request.query, 'q', 200).trim()
    return sendShown(request, reply, helpHome(library, about, reader, typed), language)
  })
  app.get(`${root}/contacts`, async (request, reply) => {
    const contacts = await desk.contacts()
    const department = /^(?:25|39|70|90)$/.exec(textIn(request.query, 'department', 2))?.[0]
    const body = contactsBody(contacts, language, { audience: audienceIn(request.query, 'profile'), department })
    return sendShown(request, reply, { title: contactsTitle[language], path: '/contacts', body }, language)
  })
  app.get<{ Params: { code: string } }>(`${root}/code/:code`, async (request, reply) => {
    const library = await desk.library()
    const code = request.params.code.slice(0, 80).toUpperCase()
    const guide = guideOfCode(library, code, language)
    const about = await asking(language, guide && audienceFor(guide, undefined), guide?.topic)
    if (guide) return sendShown(request, reply, guideShown(library, about, guide, { code }), language)
    const problem = { title: 'codeUnknown', text: 'codeUnknownText' } as const
    return sendShown(request, reply, helpHome(library, about, undefined, '', problem), language, 404)
  })
  app.get<{ Params: { id: string } }>(`${root}/:id`, async (request, reply) => {
    const library = await desk.library()
    const guide = library.get(request.params.id, language)
    const said = audienceIn(request.query, 'profile')
    const about = await asking(language, guide && audienceFor(guide, said), guide?.topic)
    const thanked = textIn(request.query, 'thanks', 1) === '1'
    if (guide) return sendShown(request, reply, guideShown(library, about, guide, { thanked }), language)
    const problem = { title: 'notFound', text: 'notFoundText' } as const
    return sendShown(request, reply, helpHome(library, about, undefined, '', problem), language, 404)
  })
}

const wantsJson = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/json') ||
  (request.headers.accept ?? '').startsWith('application/json')

const vocabularies = new WeakMap<Library, ReadonlySet<string>>()

/** Words that are no names, worked out once for each state of the guides. */
const vocabularyOf = (library: Library): ReadonlySet<string> => {
  const words = vocabularies.get(library) ?? knownWords(library)
  vocabularies.set(library, words)
  return words
}

/** Decodes a text; what nothing matched is kept for the editors, stripped. */
const decodeFor = async (desk: Desk, text: string, language: GuideLanguage, audience: Audience | undefined) => {
  const library = await desk.library()
  const answers = decodeError(library, text, language)
  if (answers.length === 0 && text.trim() !== '')
    await keepUnmatched(desk.people.ctx, {
      text: stripPersonal(text, vocabularyOf(library)),
      language,
      audience: audience ?? '',
    }).catch((error: unknown) => desk.log.warn('guides.unmatched', { message: messageOf(error) }))
  return answers
}

const registerAnswering = (app: FastifyInstance, desk: Desk, language: GuideLanguage): void => {
  const root = guideRoots[language]
  // 8000 characters, each as several escaped octets in a form.
  app.post(`${root}/decoder`, { bodyLimit: 96 * 1024 }, async (request, reply) => {
    const text = textIn(bodyOf(request), 'text', longestError)
    const audience = audienceIn(bodyOf(request), 'audience')
    const answers = await decodeFor(desk, text, language, audience)
    const about = await desk.asking(language, audience, answers[0]?.guide.topic)
    if (!wantsJson(request)) return sendShown(request, reply, decodedShown(about, text, answers), language)
    reply.header('cache-control', 'no-store')
    return {
      answers: answers.map(answerOf),
      contacts: about.help.contacts.map(publicContact),
      incidents: about.help.incidents.map((incident) => publicIncident(incident, language)),
    }
  })
  app.post<{ Params: { id: string } }>(`${root}/:id/vote`, { bodyLimit: 1024 }, async (request, reply) => {
    const guide = (await desk.library()).get(request.params.id, language)
    if (!guide) throw new Failure('notFound', 'there is no such guide')
    if (isForeign(request)) throw new Failure('forbidden', 'the answer does not come from our page')
    const { helped } = bodyOf(request)
    if (!['0', '1', true, false].includes(helped as string | boolean))
      throw new Failure('invalid', 'the answer is yes or no')
    await countVote(desk.people.ctx, guide, helped === '1' || helped === true)
    reply.header('cache-control', 'no-store')
    return wantsJson(request) ? { counted: true } : reply.redirect(`${guideUrl(guide)}?thanks=1`, 303)
  })
}

const registerJson = (app: FastifyInstance, desk: Desk): void => {
  const languageIn = (request: FastifyRequest): GuideLanguage =>
    guideLanguages.find((one) => one === textIn(request.query, 'lang', 2)) ?? 'fr'
  const send = (request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply =>
    sendTagged(request, reply, 'application/json; charset=utf-8', JSON.stringify(value), 300)
  // Without words: every guide, which a web app keeps for the day it is offline.
  app.get('/help/api/search', async (request, reply) => {
    const language = languageIn(request)
    const typed = textIn(request.query, 'q', 200).trim()
    const library = await desk.library()
    const found = typed === '' ? library.list(language) : library.search(typed, language)
    return send(request, reply, { results: found.map(summaryOf) })
  })
  const kept = new WeakMap<Library, Map<GuideLanguage, string>>()
  app.get('/help/api/offline', async (request, reply) => {
    const [library, language] = [await desk.library(), languageIn(request)]
    const known = kept.get(library) ?? new Map<GuideLanguage, string>()
    const now = desk.people.ctx.clock.now()
    const text = known.get(language) ?? JSON.stringify(await offlineGuides(library, language, stylePath, now))
    kept.set(library, known.set(language, text))
    return sendTagged(request, reply, 'application/json; charset=utf-8', text, 300)
  })
  app.get<{ Params: { id: string } }>('/help/api/guide/:id', async (request, reply) => {
    const guide = (await desk.library()).get(request.params.id, languageIn(request))
    if (!guide) throw new Failure('notFound', 'there is no such guide')
    return send(request, reply, wholeOf(guide))
  })
  app.get<{ Params: { code: string } }>('/help/api/code/:code', async (request, reply) => {
    const guide = guideOfCode(await desk.library(), request.params.code.slice(0, 80), languageIn(request))
    if (!guide) throw new Failure('notFound', 'no guide is about this code')
    return send(request, reply, wholeOf(guide))
  })
}

export const registerGuides = async (app: FastifyInstance, people: People, log: Log): Promise<void> => {
  const shelf = shelfOf(people.ctx)
  // Made ready beside the opening of the doors, a little in each turn; whoever asks sooner waits for it.
  void shelf.library()
  const helpDesk = createHelpDesk(people, log)
  const desk: Desk = {
    people,
    library: shelf.library,
    log,
    contacts: createContactList(people, log),
    asking: async (language, audience, topic) => ({
      language,
      audience,
      help: await helpDesk(audience, topic),
      now: people.ctx.clock.now(),
    }),
  }
  app.get('/aide/style.css', (request, reply) =>
    sendTagged(request, reply, 'text/css; charset=utf-8', guideStyle, 7 * 24 * 3600),
  )
  app.get<{ Params: { name: string } }>('/aide/pictures/:name', async (request, reply) => {
    const picture = await readPicture(people.ctx, request.params.name)
    if (!picture) throw new Failure('notFound', 'there is no such picture')
    const tag = tagOf(Buffer.from(picture.bytes).toString('latin1'))
    reply.header('etag', tag).header('cache-control', 'public, max-age=86400')
    if ((request.headers['if-none-match'] ?? '').includes(tag)) return reply.code(304).send()
    return reply.type(picture.type).send(Buffer.from(picture.bytes))
  })
  for (const language of guideLanguages) {
    registerReading(app, desk, language)
    registerAnswering(app, desk, language)
  }
  registerJson(app, desk)
}
