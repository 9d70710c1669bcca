/** The language in which the platform writes to somebody: notifications, alerts, answers of the helpdesk. Their own choice. */
import { Failure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { People } from './people.ts'

const setLocale = statement((q, p: Params<{ account: number; locale: string }>) =>
  q.updateTable('account').set({ locale: p.locale }).where('id', '=', p.account),
)

/** Keeps the choice. Throws Failure invalid (`property` language). */
export const chooseLanguage = async (people: People, account: number, language: string): Promise<void> => {
  if (language !== 'fr' && language !== 'en')
    throw new Failure('invalid', 'the language is fr or en', { property: 'language' })
  await people.ctx.store.writeGlobal((tx) => tx.run(setLocale, { account, locale: language }))
}
