/**
 * The official-address card: `/aide/address`, `/help/address`, for anybody, signed in or not, without script; nothing that
 * is pasted is fetched or kept. And the list of official addresses for administrators of the platform.
 */
import type { FastifyInstance } from 'fastify'
import { guideLanguages } from '#domain/guides/guide.ts'
import type { People } from '#domain/people/people.ts'
import {
  addPlace,
  type ListedPlace,
  listPlaces,
  readChoices,
  removePlace,
  restorePlace,
} from '#domain/phishing/official.ts'
import { assess, longestPaste } from '#format/warning/official.ts'
import { addressPath, addressShown } from './address-page.ts'
import { sendShown } from './guides.ts'
import { guideRoots } from './guides-page.ts'
import { bodyOf, neededIn, textIn } from './owner.ts'
import { platformRoutes } from './platform-routes.ts'

/** How long the list is remembered, in milliseconds: a class pastes the same link at once. */
const listLife = 15_000

/** The list of now; the last one known when the store does not answer, for the card must be there when nothing is. */
const createList = (people: People) => {
  let known: { readonly at: number; readonly places: readonly ListedPlace[] } | undefined
  const { ctx } = people
  return {
    forget: () => {
      known = undefined
    },
    read: async (): Promise<readonly ListedPlace[]> => {
      const now = ctx.clock.now()
      if (known && now >= known.at && now - known.at < listLife) return known.places
      try {
        known = { at: now, places: await ctx.store.read((tx) => listPlaces(people, tx)) }
      } catch (error) {
        if (!known) throw error
        ctx.log.warn('phishing.official', { message: error instanceof Error ? error.message : String(error) })
      }
      return known.places
    },
  }
}

export const registerAddress = (app: FastifyInstance, people: People): void => {
  const list = createList(people)
  for (const language of guideLanguages) {
    const path = `${guideRoots[language]}${addressPath}`
    app.get(path, async (request, reply) =>
      sendShown(request, reply, addressShown(await list.read(), language), language),
    )
    // Each character may be several escaped octets in a form.
    app.post(path, { bodyLimit: longestPaste * 9 }, async (request, reply) => {
      const { text } = bodyOf(request)
      const typed = typeof text === 'string' ? text.slice(0, longestPaste) : ''
      const places = await list.read()
      const answer = { typed, found: assess(typed, places) }
      return sendShown(request, reply, addressShown(places, language, { answer }), language)
    })
  }
  const { get, post } = platformRoutes(app, people, 'official')
  get('/admin/official', async () => {
    const { ctx } = people
    const [places, { removed }] = await ctx.store.read(
      async (tx) => [await listPlaces(people, tx), await readChoices(tx)] as const,
    )
    return { places, removed }
  })
  post('/admin/official', async ({ owner, body }) => {
    const wanted = { domain: neededIn(body, 'domain', 500), fr: neededIn(body, 'fr', 100), en: textIn(body, 'en', 100) }
    await addPlace(people, owner.login, wanted)
    list.forget()
    return {}
  })
  for (const [word, act] of [
    ['remove', removePlace],
    ['restore', restorePlace],
  ] as const)
    post(`/admin/official/${word}`, async ({ owner, body }) => {
      await act(people, owner.login, neededIn(body, 'domain', 300))
      list.forget()
      return {}
    })
}
