/** Administration of the guides: written, looked at, taken back; what the decoder did not know; pictures. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import {
  checkGuide,
  fileOf,
  type GuideDraft,
  type GuideWords,
  guideDevices,
  longestGuide,
} from '#domain/guides/draft.ts'
import {
  listAside,
  listGuides,
  readGuideToEdit,
  readGuideVersion,
  restoreGuide,
  saveGuide,
} from '#domain/guides/edit.ts'
import { guideLanguages, readers, readGuide, themes } from '#domain/guides/guide.ts'
import { listPictures, mostPictureBytes, pictureRoot, removePicture, savePicture } from '#domain/guides/pictures.ts'
import { shelfOf } from '#domain/guides/shelf.ts'
import { forgetUnmatched, listUnmatched } from '#domain/guides/unmatched.ts'
import type { People } from '#domain/people/people.ts'
import { objectIn, textsIn } from './admin-query.ts'
import { type Body, neededIn, type OwnerRoute, textIn } from './owner.ts'
import { platformRoutes } from './platform-routes.ts'

const wordsIn = (body: Body): GuideWords => {
  const meanings: Record<string, string> = {}
  for (const [code, meaning] of Object.entries(objectIn(body, 'meanings')).slice(0, 60))
    if (typeof meaning === 'string') meanings[code.slice(0, 20)] = meaning.slice(0, 400)
  return {
    title: textIn(body, 'title', 300),
    summary: textIn(body, 'summary', 500),
    next: textIn(body, 'next', 500),
    keywords: textsIn(body, 'keywords', 60, 200),
    phrases: textsIn(body, 'phrases', 60, 300),
    meanings,
    text: textIn(body, 'text', longestGuide * 2),
  }
}

const draftIn = (body: Body): GuideDraft => {
  const theme = themes.find((one) => one === body.theme)
  if (!theme) throw new Failure('invalid', 'that is no theme', { property: 'theme' })
  const words = objectIn(body, 'words')
  return {
    id: neededIn(body, 'id', 80),
    theme,
    profiles: readers.filter((one) => textsIn(body, 'profiles', 20, 40).includes(one)),
    devices: guideDevices.filter((one) => textsIn(body, 'devices', 20, 40).includes(one)),
    topic: textIn(body, 'topic', 40),
    words: { fr: wordsIn(objectIn(words, 'fr')), en: wordsIn(objectIn(words, 'en')) },
  }
}

const paramOf = ({ request }: OwnerRoute, name: string): string =>
  (request.params as Record<string, string>)[name] ?? ''

export const registerAdminGuides = (app: FastifyInstance, people: People): void => {
  const { ctx } = people
  const { get, post } = platformRoutes(app, people, 'guides')
  get('/admin/guides', async ({ owner }) => ({
    guides: await listGuides(ctx, owner),
    aside: await listAside(ctx, owner),
    unmatched: (await listUnmatched(ctx)).map(({ id, text, language, audience, times, last_at }) => ({
      ...{ id, text, language, audience, times, lastAt: last_at },
    })),
    pictures: (await ctx.store.read(listPictures)).map(({ name }) => ({ name, path: pictureRoot + name })),
  }))
  get('/admin/guides/:id', (given) => readGuideToEdit(ctx, given.owner, paramOf(given, 'id')))
  get('/admin/guides/:id/versions/:version', async (given) => ({
    draft: await readGuideVersion(ctx, given.owner, paramOf(given, 'id'), Number(paramOf(given, 'version'))),
  }))
  const large = 256 * 1024
  post(
    '/admin/guides',
    async ({ owner, body }) => {
      const { version } = body
      const read = typeof version === 'number' ? version : 'new'
      return { version: await saveGuide(ctx, owner, draftIn(objectIn(body, 'draft')), read) }
    },
    large,
  )
  // As the public page would show it; nothing is kept.
  post(
    '/admin/guides/preview',
    async ({ body }) => {
      const draft = checkGuide(draftIn(objectIn(body, 'draft')), await shelfOf(ctx).library())
      const [fr, en] = guideLanguages.map((each) => readGuide(fileOf(draft, each, 1, '2026-01-01'), each).html)
      return { fr, en }
    },
    large,
  )
  post('/admin/guides/:id/restore', async (given) => {
    await restoreGuide(ctx, given.owner, paramOf(given, 'id'))
    return {}
  })
  post('/admin/guides/unmatched/:id/forget', async (given) => {
    if (!(await forgetUnmatched(ctx, paramOf(given, 'id')))) throw new Failure('notFound', 'there is no such text')
    return {}
  })
  post(
    '/admin/guides/pictures',
    async ({ owner, body }) => {
      const data = neededIn(body, 'data', Math.ceil(mostPictureBytes * 1.4))
      const bytes = new Uint8Array(Buffer.from(data, 'base64'))
      return { path: await savePicture(ctx, owner, neededIn(body, 'name', 200), bytes) }
    },
    mostPictureBytes * 2,
  )
  post('/admin/guides/pictures/:name/remove', async (given) => {
    await removePicture(ctx, given.owner, paramOf(given, 'name'))
    return {}
  })
}
