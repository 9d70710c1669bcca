/** A service behind CAS: one page for whoever the server vouches for. Arena and PIA differ in version and in words. */
import { escapeHtml } from '#format/html/escape.ts'
import { type CasPerson, endedTicket, validate } from './cas-client.ts'
import { definitions, exits, failedPage, leftPage, page, section } from './page.ts'
import { createSessions, isOwnForm, places, redirect, run, sendHtml, sendText, type Visit } from './program.ts'

export interface CasService {
  readonly id: string
  readonly name: string
  readonly kind: string
  /** `/cas/serviceValidate` or `/cas/p3/serviceValidate`. */
  readonly validatePath: string
  readonly labels: Readonly<Record<string, string>>
  /** What the service is about; HTML. */
  readonly content: string
}

interface Session extends CasPerson {
  /** Names the session when the server ends it. */
  readonly ticket: string
}

const hidden = new Set(['isFromNewLogin', 'longTermAuthenticationRequestTokenUsed'])

/** Starts the program. */
export const runCasService = (service: CasService): void => {
  const { service: here, provider } = places()
  const address = `${here}/entree`
  const sessions = createSessions<Session>(`${service.id}_session`)
  const look = { id: service.id, service: service.name, kind: service.kind }

  const home = (visit: Visit): void => {
    const person = sessions.find(visit)
    if (!person) {
      redirect(visit, `${provider}/cas/login?${new URLSearchParams({ service: address })}`)
      return
    }
    const shown = Object.entries(person.attributes)
      .filter(([name]) => !hidden.has(name))
      .map(([name, values]) => [service.labels[name] ?? name, values.join(' ; ')] as const)
    const name = person.attributes.displayName?.[0] ?? person.user
    sendHtml(
      visit,
      page({
        ...look,
        title: `Bonjour ${name}`,
        body:
          section('Ce que le service sait de vous', definitions([['Identifiant', person.user], ...shown])) +
          service.content +
          exits(service.name, provider),
      }),
    )
  }

  const enter = async (visit: Visit, ticket: string): Promise<void> => {
    const answer = await validate(`${provider}${service.validatePath}`, address, ticket)
    if ('code' in answer)
      return sendHtml(visit, failedPage(look, `Le serveur n’a pas confirmé le ticket (${answer.code}).`), 403)
    sessions.open(visit, { ...answer, ticket })
    redirect(visit, '/')
  }

  const singleLogout = async (visit: Visit): Promise<void> => {
    const ticket = endedTicket((await visit.form()).get('logoutRequest'))
    if (ticket === undefined) return sendText(visit, 'logoutRequest attendu\n', 400)
    sessions.end((session) => session.ticket === ticket)
    sendText(visit, 'ok\n')
  }

  const leave = (visit: Visit, everywhere: boolean): void => {
    if (!isOwnForm(visit)) {
      sendText(visit, 'formulaire étranger\n', 403)
      return
    }
    sessions.close(visit)
    redirect(visit, everywhere ? `${provider}/cas/logout` : '/au-revoir', 303)
  }

  run((visit) => {
    const { method, url } = visit
    const ticket = url.searchParams.get('ticket')
    switch (`${method} ${url.pathname}`) {
      case 'GET /':
        return home(visit)
      case 'GET /entree':
        return ticket === null ? redirect(visit, '/') : enter(visit, ticket)
      case 'POST /entree':
        return singleLogout(visit)
      case 'POST /quitter':
        return leave(visit, false)
      case 'POST /deconnexion':
        return leave(visit, true)
      case 'GET /au-revoir':
        return sendHtml(visit, leftPage(look, provider))
      default:
        return sendHtml(
          visit,
          page({
            ...look,
            title: 'Page introuvable',
            body: `<p><a href="/">Entrer dans ${escapeHtml(service.name)}</a></p>`,
          }),
          404,
        )
    }
  })
}
