/**
 * Signing in without script: plain pages for the password, for a second factor by code, and for the profile. Passkeys
 * need script; whoever has nothing else uses a recovery code here.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import { type Profile, profilesOf } from '#domain/directory/profiles.ts'
import { chooseProfile } from '#domain/people/profile-choice.ts'
import { currentStep, type FactorStep, signInWithFactor, signInWithPassword } from '#domain/people/sign-in.ts'
import { escapeXml } from '#format/xml/write.ts'
import { deviceToken, isForeign, signedIn } from './auth.ts'
import { cookieIn } from './cookies.ts'
import { httpFailure, languageOf } from './failure.ts'
import { type Body, bodyOf } from './owner.ts'
import { type PlainHelp, plainHelp } from './plain-help.ts'
import { registerPlainPassword } from './plain-password.ts'
import { plainWords, profileWords } from './plain-sign-in.data.ts'
import { arrivalIn, credentialsIn, proofIn, type SignInRoutes } from './sign-in.ts'
import { codeLink, linkTo, sendPage } from './sso-page.ts'
import { goOn, keepStep, plainPath } from './steps.ts'
import { safeThen } from './then.ts'

type Words = (typeof plainWords)['fr' | 'en']

const hidden = (name: string, value: string): string =>
  value === '' ? '' : `<input type="hidden" name="${escapeXml(name)}" value="${escapeXml(value)}">`

const field = (id: string, label: string, attributes: string): string =>
  `<label for="${id}">${escapeXml(label)}</label><input id="${id}" ${attributes}>`

const check = (name: string, label: string): string =>
  `<p><label><input type="checkbox" name="${name}" value="1"> ${escapeXml(label)}</label></p>`

const problem = (error: { code: string; message: string } | undefined, words: Words, contact = ''): string =>
  error === undefined
    ? ''
    : `<div role="alert" id="problem"><p><strong>${escapeXml(error.message)}</strong> ${words.next} ${codeLink(error.code, words === plainWords.en ? 'en' : 'fr')}</p>${contact}</div>`

interface Problem {
  readonly status: number
  readonly code: string
  readonly message: string
}

const passwordPage = (words: Words, given: Body, error: Problem | undefined, help: PlainHelp): string => {
  const after = safeThen(given.then)
  const login = typeof given.login === 'string' ? given.login.slice(0, 320) : ''
  const tied = error === undefined ? '' : ' aria-describedby="problem"'
  return (
    `<p>${escapeXml(words.intro)}</p>${help.above}${problem(error, words, help.contact)}<form method="post" action="/login">` +
    hidden('then', after) +
    hidden('audience', help.audience) +
    hidden('profile', typeof given.profile === 'string' ? given.profile.slice(0, 40) : '') +
    hidden('acr', given.acr === '2' || given.acr === '3' ? given.acr : '') +
    field(
      'login',
      words.login,
      `name="login" value="${escapeXml(login)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${tied}`,
    ) +
    field(
      'password',
      words.password,
      `name="password" type="password" autocomplete="current-password" required${tied}`,
    ) +
    check('shared', words.shared) +
    `<button type="submit">${words.enter}</button></form>${help.below}`
  )
}

const codeForm = (kind: 'totp' | 'recovery', label: string, step: FactorStep, words: Words): string => {
  const shape = kind === 'totp' ? 'inputmode="numeric" autocomplete="one-time-code"' : 'autocomplete="off"'
  return (
    `<form method="post" action="/login/factor">${hidden('kind', kind)}` +
    field(`code-${kind}`, label, `name="code" ${shape} autocapitalize="none" spellcheck="false" required`) +
    (step.remember ? check('remember', words.remember) : '') +
    `<button type="submit">${words.go}</button></form>`
  )
}

const gridForm = (cells: readonly string[], step: FactorStep, words: Words): string =>
  `<form method="post" action="/login/factor"><fieldset><legend>${words.grid}</legend>${hidden('kind', 'grid')}` +
  cells
    .map((name, at) =>
      field(
        `cell-${at}`,
        words.cell(name),
        `name="cell${at}" inputmode="numeric" autocomplete="off" maxlength="8" required`,
      ),
    )
    .join('') +
  (step.remember ? check('remember', words.remember) : '') +
  `</fieldset><button type="submit">${words.go}</button></form>`

const factorPage = (words: Words, step: FactorStep, error: Problem | undefined): string =>
  [
    problem(error, words),
    step.factors.includes('totp') ? codeForm('totp', words.totp, step, words) : '',
    step.grid === undefined ? '' : gridForm(step.grid.cells, step, words),
    step.factors.includes('recovery') ? codeForm('recovery', words.recovery, step, words) : '',
    step.factors[0] === 'passkey' ? `<p>${escapeXml(words.passkeyOnly)}</p>` : '',
    linkTo({ href: `/login/plain?then=${encodeURIComponent(step.after)}`, text: words.again }),
  ].join('')

const profilePage = (language: 'fr' | 'en', profiles: readonly Profile[], after: string): string =>
  profiles
    .map((profile) => {
      const place = profile.schoolName === '' ? '' : ` — ${escapeXml(profile.schoolName)}`
      return (
        `<form method="post" action="/login/profile">${hidden('id', String(profile.id))}${hidden('then', after)}` +
        `<button type="submit">${profileWords[language][profile.kind]}${place}</button></form>`
      )
    })
    .join('')

/** The cells of a plain form, `cell0` to `cell2`, as script would send them. */
const asJson = (body: Body): Body => ({
  ...body,
  cells: [0, 1, 2].map((at) => String(body[`cell${at}`] ?? '')),
})

/** Adds the pages; returns what answers the form of a password, for other addresses that it is posted to. */
export const registerPlainSignIn = (app: FastifyInstance, { people, log, relyingParty }: SignInRoutes) => {
  const wordsOf = (request: FastifyRequest): Words => plainWords[languageOf(request)]

  const problemOf = (error: unknown, request: FastifyRequest): Problem => {
    const { status, body } = httpFailure(error, request, log)
    return { status, code: body.code, message: body.message }
  }

  const checkOwn = (request: FastifyRequest): void => {
    if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
  }

  /** Goes on; where a service may follow, by a page of its own. */
  const onward = (request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply =>
    goOn(reply, path, () => {
      const words = wordsOf(request)
      reply.header('refresh', `0; url=${path}`)
      return sendPage(request, reply, { title: words.wait, body: linkTo({ href: path, text: words.onward }) })
    })

  const showPassword = async (
    request: FastifyRequest,
    reply: FastifyReply,
    given: Body,
    error?: Problem,
  ): Promise<FastifyReply> => {
    const words = wordsOf(request)
    const body = passwordPage(words, given, error, await plainHelp(people, languageOf(request), given))
    return sendPage(request, reply, { title: words.title, body, status: error?.status ?? 200 })
  }

  const queryOf = (request: FastifyRequest): Body => request.query as Body

  app.get('/login/plain', async (request, reply) => showPassword(request, reply, queryOf(request)))

  // The form of the web app's own page has no action: it comes here with the query of the page.
  const logIn = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const given = { ...queryOf(request), ...bodyOf(request) }
    try {
      checkOwn(request)
      const step = await signInWithPassword(people, {
        ...(await arrivalIn(people, request, given)),
        ...credentialsIn(given),
      })
      await keepStep(request, reply, people, step)
      return onward(request, reply, plainPath(step))
    } catch (error) {
      return showPassword(request, reply, given, problemOf(error, request))
    }
  }

  app.post('/login', { bodyLimit: 8192 }, logIn)
  app.post('/', { bodyLimit: 8192 }, logIn)

  const showFactor = async (request: FastifyRequest, reply: FastifyReply, error?: Problem): Promise<FastifyReply> => {
    const words = wordsOf(request)
    const token = cookieIn(request, 'signin') ?? ''
    const step = await currentStep(people, token, deviceToken(request)).catch(() => undefined)
    if (step === undefined) {
      const over = error ?? problemOf(new Failure('unauthenticated', 'expired', { property: 'sign-in' }), request)
      return showPassword(request, reply, {}, over)
    }
    const body = factorPage(words, step, error)
    return sendPage(request, reply, { title: words.factorTitle, body, status: error?.status ?? 200 })
  }

  app.get('/login/factor', (request, reply) => showFactor(request, reply))

  app.post('/login/factor', { bodyLimit: 8192 }, async (request, reply) => {
    try {
      checkOwn(request)
      const given = asJson(bodyOf(request))
      const arrival = { ...(await arrivalIn(people, request, given)), remember: given.remember === '1' }
      const token = cookieIn(request, 'signin') ?? ''
      const step = await signInWithFactor(people, relyingParty(request), token, proofIn(request, given), arrival)
      await keepStep(request, reply, people, step)
      return onward(request, reply, plainPath(step))
    } catch (error) {
      return showFactor(request, reply, problemOf(error, request))
    }
  })

  app.get('/login/profile', async (request, reply) => {
    const principal = await signedIn(people, request)
    if (!principal) return reply.redirect('/login', 303)
    const profiles = await people.ctx.store.read((tx) => profilesOf(tx, principal.accountId, people.ctx.clock.now()))
    const body = profilePage(languageOf(request), profiles, safeThen(queryOf(request).then))
    return sendPage(request, reply, { title: wordsOf(request).profileTitle, body })
  })

  app.post('/login/profile', { bodyLimit: 8192 }, async (request, reply) => {
    const principal = await signedIn(people, request)
    const body = bodyOf(request)
    try {
      checkOwn(request)
      if (!principal) throw new Failure('unauthenticated', 'nobody is signed in', { property: 'session' })
      await chooseProfile(people, principal, Number(body.id), request.ip)
      return onward(request, reply, safeThen(body.then))
    } catch (error) {
      if (!isFailure(error)) throw error
      return showPassword(request, reply, body, problemOf(error, request))
    }
  })

  registerPlainPassword(app, { people, log, onward })

  return logIn
}
