/** Administration of the errors that the decoder knows: listed, written, tried, taken back. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { type Decoded, longestError } from '#domain/guides/decode.ts'
import type { ErrorDraft } from '#domain/guides/error-texts.ts'
import {
  listErrors,
  readErrorToEdit,
  readErrorVersion,
  restoreError,
  saveError,
  tryError,
} from '#domain/guides/errors.ts'
import { shelfOf } from '#domain/guides/shelf.ts'
import type { People } from '#domain/people/people.ts'
import { objectIn, textsIn } from './admin-query.ts'
import { type Body, neededIn, type OwnerRoute, textIn } from './owner.ts'
import { platformRoutes } from './platform-routes.ts'

const draftIn = (body: Body): ErrorDraft => ({
  id: neededIn(body, 'id', 80),
  from: textIn(body, 'from', 80),
  codes: textsIn(body, 'codes', 80, 100),
  says: textsIn(body, 'says', 80, 400),
  guide: textIn(body, 'guide', 80),
  fr: textIn(body, 'fr', 600),
  en: textIn(body, 'en', 600),
  isOff: body.isOff === true,
})

const paramOf = ({ request }: OwnerRoute, name: string): string =>
  (request.params as Record<string, string>)[name] ?? ''

const saidOf = ({ how, found, from, meaning, guide }: Decoded) => ({
  ...{ how, found, from, meaning },
  guide: { id: guide.id, title: guide.title },
})

export const registerAdminErrors = (app: FastifyInstance, people: People): void => {
  const { ctx } = people
  const { get, post } = platformRoutes(app, people, 'guides')
  get('/admin/errors', async ({ owner }) => {
    const library = await shelfOf(ctx).library()
    return {
      errors: await listErrors(ctx, owner),
      guides: library.list('fr').map(({ id, title }) => ({ id, fr: title, en: library.get(id, 'en')?.title ?? title })),
    }
  })
  get('/admin/errors/:id', (given) => readErrorToEdit(ctx, given.owner, paramOf(given, 'id')))
  get('/admin/errors/:id/versions/:version', async (given) => ({
    draft: await readErrorVersion(ctx, given.owner, paramOf(given, 'id'), Number(paramOf(given, 'version'))),
  }))
  post('/admin/errors', async ({ owner, body }) => {
    const { version } = body
    const read = typeof version === 'number' ? version : 'new'
    return { version: await saveError(ctx, owner, draftIn(objectIn(body, 'draft')), read) }
  })
  // What the decoder would answer; nothing is kept.
  post('/admin/errors/try', async ({ owner, body }) => {
    const draft = body.draft === undefined || body.draft === null ? undefined : draftIn(objectIn(body, 'draft'))
    const text = textIn(body, 'text', longestError)
    if (text.trim() === '') throw new Failure('invalid', 'there is no text', { property: 'text' })
    const { fr, en } = await tryError(ctx, owner, draft, text)
    return { fr: fr.map(saidOf), en: en.map(saidOf) }
  })
  post('/admin/errors/:id/restore', async (given) => {
    await restoreError(ctx, given.owner, paramOf(given, 'id'))
    return {}
  })
}
