/** The answer to each step of a sign-in: its cookies, and what is told in JSON or shown by a redirection. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { deviceLife } from '#domain/people/devices.ts'
import type { People } from '#domain/people/people.ts'
import { revokeSession } from '#domain/people/session-end.ts'
import type { OpenStep, Step } from '#domain/people/sign-in.ts'
import { setSessionCookie, signedInAtAll } from './auth.ts'
import { clearCookie, setCookie } from './cookies.ts'

/** Sets the cookies of a step. A session that the browser had before ends: a token planted earlier is worth nothing. */
export const keepStep = async (
  request: FastifyRequest,
  reply: FastifyReply,
  people: People,
  step: Step,
): Promise<void> => {
  reply.header('cache-control', 'no-store')
  const now = people.ctx.clock.now()
  if (step.next === 'factor') {
    setCookie(request, reply, 'signin', step.token, (step.expiresAt - now) / 1000)
    return
  }
  const earlier = await signedInAtAll(people, request)
  if (earlier?.sessionId !== undefined && earlier.sessionId !== step.session.id)
    await revokeSession(people, earlier, earlier.sessionId, request.ip).catch(() => {})
  // On a shared computer the cookie ends with the browser.
  setSessionCookie(request, reply, step.session.token, step.shared ? undefined : (step.session.expiresAt - now) / 1000)
  if (step.deviceToken !== undefined) setCookie(request, reply, 'device', step.deviceToken, deviceLife / 1000)
  clearCookie(request, reply, 'signin')
}

/** Whether the services that sent the browser here could be on another origin. */
const leavesHome = (path: string): boolean => /^\/(?:cas|oidc|saml|federation|device)(?:[/?#]|$)/.test(path)

const sessionPart = ({ principal, next, profiles }: OpenStep) => {
  const { login, name, email, locale, admin, profileId } = principal
  const choice = next === 'profile' ? { profiles } : {}
  return { signedIn: true, login, name, email, locale, admin, profile: profileId ?? null, ...choice }
}

const whereTo = 'then'

/** What script is told of a step. */
export const stepBody = (step: Step): Record<string, unknown> => {
  const common = { next: step.next, [whereTo]: step.after }
  if (step.next === 'factor') {
    const { factors, preferred, grid, remember, expiresAt } = step
    return { ...common, factors, preferred, remember, expiresAt, ...(grid === undefined ? {} : { grid }) }
  }
  return { ...common, ...sessionPart(step), ...(step.left === undefined ? {} : { recoveryLeft: step.left }) }
}

/**
 * Goes on from a plain form. Chromium holds the redirections after a form against `form-action` of its page, services'
 * addresses included: where they may follow, the form is answered by a page that goes on by itself.
 */
export const goOn = (reply: FastifyReply, path: string, page: (path: string) => FastifyReply): FastifyReply =>
  leavesHome(path) ? page(path) : reply.redirect(path, 303)

/** Where a browser without script goes next. */
export const plainPath = (step: Step): string => {
  const after = `then=${encodeURIComponent(step.after)}`
  if (step.next === 'factor') return '/login/factor'
  if (step.next === 'password') return `/login/password?${after}`
  return step.next === 'profile' ? `/login/profile?${after}` : step.after
}

/**
 * Ends a sign-in that came back from a provider by redirection: sets the cookies and goes on, to the page of the web app
 * that asks for the rest, or to where the person wanted to be.
 */
export const finishInBrowser = async (
  request: FastifyRequest,
  reply: FastifyReply,
  people: People,
  step: Step,
): Promise<FastifyReply> => {
  await keepStep(request, reply, people, step)
  const after = `then=${encodeURIComponent(step.after)}`
  const paths = {
    factor: `/login?step=factor&${after}`,
    profile: `/login?step=profile&${after}`,
    enrol: `/login?step=enrol&${after}`,
    password: `/login?step=password&${after}`,
    done: step.after,
  }
  return reply.redirect(paths[step.next], 303)
}
