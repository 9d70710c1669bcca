/** Practice: the page for whoever opens its link, without sign-in or script; and campaigns, for those who may. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { audienceNames, countAudience } from '#domain/directory/audience.ts'
import { audienceWords, readAudience } from '#domain/directory/audience-rules.ts'
import type { People } from '#domain/people/people.ts'
import { openPractice, practicePath } from '#domain/phishing/practice/acts.ts'
import {
  createCampaign,
  deleteCampaign,
  endCampaign,
  fewest,
  listCampaigns,
  startCampaign,
} from '#domain/phishing/practice/campaigns.ts'
import { deletePlan, listPlans, mayPlan, type PlanDraft, savePlan, stopPlan } from '#domain/phishing/practice/plans.ts'
import { announcement, awareness, practiceTemplates, templateIds } from '#domain/phishing/practice/templates.data.ts'
import { escapeXml } from '#format/xml/write.ts'
import { momentIn, objectIn, pathId } from './admin-query.ts'
import { languageOf } from './failure.ts'
import { guidePolicy, stylePath } from './guides.ts'
import { guideDocument, guideRoots } from './guides-page.ts'
import { type Body, idIn, neededIn, textIn } from './owner.ts'
import { platformRoutes } from './platform-routes.ts'

const words = {
  title: { fr: 'C’était un entraînement', en: 'This was practice' },
  lead: {
    fr: 'Rien n’est arrivé, et personne ne saura que vous avez ouvert ce lien : seuls des totaux sont comptés.',
    en: 'Nothing happened, and nobody will know that you opened this link: only totals are counted.',
  },
  signs: { fr: 'À quoi le reconnaître', en: 'What gave it away' },
  usual: {
    fr: [
      'Lisez l’adresse de l’expéditeur, pas seulement son nom.',
      'Méfiez-vous de ce qui presse, menace ou promet.',
      'Regardez où mène un lien avant de l’ouvrir.',
    ],
    en: [
      'Read the sender’s address, not only the name.',
      'Beware of what hurries, threatens or promises.',
      'Look where a link leads before you open it.',
    ],
  },
  next: { fr: 'La prochaine fois', en: 'Next time' },
  report: {
    fr: 'N’ouvrez rien : choisissez « Signaler » dans la messagerie, ou transférez le message à l’adresse de signalement. Vous protégez aussi vos collègues.',
    en: 'Open nothing: choose “Report” in the mailbox, or forward the message to the reporting address. You protect your colleagues, too.',
  },
  check: { fr: 'Vérifier un lien ou une adresse', en: 'Check a link or an address' },
  guide: { fr: 'Reconnaître l’hameçonnage', en: 'Recognising phishing' },
} as const

type Language = 'fr' | 'en'

const learningBody = (language: Language, signs: readonly string[]): string => {
  const say = (name: 'title' | 'lead' | 'signs' | 'next' | 'report' | 'check' | 'guide') =>
    escapeXml(words[name][language])
  const root = guideRoots[language]
  return (
    `<h1>${say('title')}</h1><p class="lead">${say('lead')}</p>` +
    `<section aria-labelledby="signs"><h2 id="signs">${say('signs')}</h2><ul>${signs.map((sign) => `<li>${escapeXml(sign)}</li>`).join('')}</ul></section>` +
    `<div class="next"><p><strong>${say('next')}</strong></p><p>${say('report')}</p></div>` +
    `<p><a href="${root}/phishing">${say('guide')}</a> · <a href="${root}/address">${say('check')}</a></p>`
  )
}

const campaignIn = (body: Body) => {
  const template = templateIds.find((one) => one === body.template)
  if (template === undefined) throw new Failure('invalid', 'there is no such template', { property: 'template' })
  return {
    name: neededIn(body, 'name', 200),
    template,
    language: body.language === 'en' ? ('en' as const) : ('fr' as const),
    senderName: textIn(body, 'senderName', 100),
    subject: textIn(body, 'subject', 200),
    body: textIn(body, 'body', 5000),
    audience: readAudience(body.audience),
    days: idIn(body, 'days'),
  }
}

const wordsIn = (body: Body, name: string, longest: number) => {
  const said = objectIn(body, name)
  return { fr: textIn(said, 'fr', longest), en: textIn(said, 'en', longest) }
}

const planIn = (body: Body): PlanDraft => ({
  ...(body.template === 'none'
    ? {
        ...{ name: neededIn(body, 'name', 200), template: 'none' as const, language: 'fr' as const },
        ...{ senderName: '', subject: '', body: '', audience: readAudience(body.audience), days: 1 },
      }
    : campaignIn(body)),
  announceAt: momentIn(body, 'announceAt') ?? 0,
  beginsAt: momentIn(body, 'beginsAt') ?? 0,
  repeats: body.repeats === true,
  title: wordsIn(body, 'title', 300),
  text: wordsIn(body, 'text', 20_000),
})

export const registerPractice = (app: FastifyInstance, people: People): void => {
  const { store, clock } = people.ctx
  app.get<{ Params: { token: string } }>(`${practicePath}/:token`, async (request, reply) => {
    const opened = await openPractice(people, request.params.token)
    const language = opened?.language ?? languageOf(request)
    const signs = opened ? practiceTemplates[opened.template].signs[language] : words.usual[language]
    const shown = { title: words.title[language], path: '/phishing', body: learningBody(language, signs) }
    return reply
      .header('content-security-policy', guidePolicy)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(guideDocument(shown, language, stylePath))
  })

  const { get, post } = platformRoutes(app, people, 'practice')
  get('/admin/practice', async ({ owner }) => {
    const campaigns = await listCampaigns(people, owner)
    const seen = []
    for (const { audience, reached: _, ...campaign } of campaigns)
      seen.push({
        ...campaign,
        audience: await store.read(async (tx) => audienceWords(audience, await audienceNames(tx, audience))),
        people: campaign.status === 'draft' ? await countAudience(store, audience, clock.now()) : null,
      })
    const plans = []
    for (const plan of await listPlans(people, owner))
      plans.push({
        ...plan,
        whom: await store.read(async (tx) => audienceWords(plan.audience, await audienceNames(tx, plan.audience))),
        people: await countAudience(store, plan.audience, clock.now()),
      })
    return {
      campaigns: seen,
      plans,
      mayPlan: await store.read((tx) => mayPlan(tx, owner, clock.now())),
      fewest,
      announcement,
      awareness,
      templates: templateIds.map((id) => {
        const { name, subject, body, senderName, sender } = practiceTemplates[id]
        return { id, name, subject, body, senderName, sender }
      }),
    }
  })
  post('/admin/practice', async ({ owner, body, reply }) =>
    reply.code(201).send({ id: await createCampaign(people, owner, campaignIn(body)) }),
  )
  post('/admin/practice/plans', async ({ owner, body, reply }) =>
    reply.code(201).send({ id: await savePlan(people, owner, planIn(body)) }),
  )
  post('/admin/practice/plans/:id', async ({ owner, body, request }) => ({
    id: await savePlan(people, owner, planIn(body), pathId(request)),
  }))
  post('/admin/practice/plans/:id/stop', async ({ owner, request }) => {
    await stopPlan(people, owner, pathId(request))
    return {}
  })
  post('/admin/practice/plans/:id/delete', async ({ owner, request }) => {
    await deletePlan(people, owner, pathId(request))
    return {}
  })
  post('/admin/practice/:id/start', async ({ owner, body, request }) => ({
    people: await startCampaign(people, owner, pathId(request), body.announced === true),
  }))
  post('/admin/practice/:id/end', async ({ owner, request }) => {
    await endCampaign(people, owner, pathId(request))
    return {}
  })
  post('/admin/practice/:id/delete', async ({ owner, request }) => {
    await deleteCampaign(people, owner, pathId(request))
    return {}
  })
}
