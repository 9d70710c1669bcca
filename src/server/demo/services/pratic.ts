/**
 * "Pratic" of the demonstration: a service behind OpenID Connect, as anybody would write it with openid-client. It knows
 * Convergence by its address, its client id and its secret.
 */
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { definitions, exits, failedPage, leftPage, page, section, tiles } from './page.ts'
import { createSessions, isOwnForm, places, redirect, run, sendHtml, sendText, type Visit } from './program.ts'

const { service, provider } = places()
const look = { id: 'pratic', service: 'Pratic', kind: 'Service de démonstration — protocole OpenID Connect' }
const callback = `${service}/retour`

interface Person {
  readonly subject: string
  /** Names the session when the server ends it. */
  readonly sid: string
  readonly idToken: string
  readonly claims: client.UserInfoResponse
  readonly acr: string
}

/** What must be found again when the browser comes back. */
interface Pending {
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

const sessions = createSessions<Person>('pratic_session')
const pending = createSessions<Pending>('pratic_request')

let discovered: Promise<client.Configuration> | undefined

/** The provider's own description of itself, read once it answers. */
const configuration = (): Promise<client.Configuration> => {
  discovered ??= client
    .discovery(new URL(`${provider}/oidc`), process.env.CLIENT_ID ?? '', process.env.CLIENT_SECRET, undefined, {
      // The demonstration runs on this machine without TLS.
      execute: provider.startsWith('http://') ? [client.allowInsecureRequests] : [],
    })
    .catch((error: unknown) => {
      discovered = undefined
      throw error
    })
  return discovered
}

const signIn = async (visit: Visit): Promise<void> => {
  const config = await configuration()
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  pending.open(visit, { verifier, state, nonce })
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid profile email education',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ui_locales: 'fr',
  })
  redirect(visit, url.href)
}

const words: Readonly<Record<string, string>> = {
  name: 'Nom',
  email: 'Adresse',
  profile_kind: 'Profil',
  school_name: 'Établissement',
  school_uai: 'UAI',
  ENTPersonProfils: 'Profil national',
  ENTEleveClasses: 'Classes',
  ENTAuxEnsClasses: 'Classes enseignées',
}

const home = (visit: Visit, person: Person): void => {
  const shown = Object.entries(words).flatMap(([claim, word]): [string, string][] => {
    const value = person.claims[claim]
    if (value === undefined) return []
    return [[word, Array.isArray(value) ? value.join(' ; ') : String(value)]]
  })
  const facts = [
    ['Identifiant (propre à Pratic)', person.subject] as const,
    ...shown,
    ['Force de la connexion', person.acr] as const,
  ]
  sendHtml(
    visit,
    page({
      ...look,
      title: `Bonjour ${String(person.claims.name ?? '')}`,
      body:
        section('Ce que le service sait de vous', definitions(facts)) +
        section(
          'Ressources pratiques',
          tiles([
            ['Réservations', 'Salles, matériel, véhicules'],
            ['Annonces', 'Échanges entre collègues'],
            ['Fiches', 'Modes d’emploi et bonnes pratiques'],
          ]),
        ) +
        exits('Pratic', provider),
    }),
  )
}

const enter = async (visit: Visit): Promise<void> => {
  const begun = pending.find(visit)
  pending.close(visit)
  if (!begun)
    return sendHtml(visit, failedPage(look, 'La demande a expiré ou a commencé dans un autre navigateur.'), 400)
  try {
    const config = await configuration()
    const tokens = await client.authorizationCodeGrant(config, visit.url, {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      idTokenExpected: true,
    })
    const told = tokens.claims()
    const sub = told?.sub ?? ''
    const claims = await client.fetchUserInfo(config, tokens.access_token, sub)
    const text = (value: unknown): string => (typeof value === 'string' ? value : '')
    sessions.open(visit, {
      subject: sub,
      sid: text(told?.sid),
      acr: text(told?.acr),
      idToken: tokens.id_token ?? '',
      claims,
    })
    redirect(visit, '/')
  } catch (error) {
    const why = error instanceof client.AuthorizationResponseError ? error.error : 'la réponse n’est pas valable'
    sendHtml(visit, failedPage(look, `Le serveur n’a pas confirmé qui vous êtes (${why}).`), 403)
  }
}

const used = new Set<string>()

/** OpenID Connect Back-Channel Logout §2.6: what makes a logout token one. */
const backChannel = async (visit: Visit): Promise<void> => {
  try {
    const config = await configuration()
    const { issuer, jwks_uri: keys = '' } = config.serverMetadata()
    const { payload } = await jwtVerify(
      (await visit.form()).get('logout_token') ?? '',
      createRemoteJWKSet(new URL(keys)),
      {
        issuer,
        audience: process.env.CLIENT_ID ?? '',
        typ: 'logout+jwt',
        maxTokenAge: '3m',
        requiredClaims: ['jti', 'events'],
      },
    )
    const { jti = '', sid, sub, nonce, events } = payload
    const event = (events as Record<string, unknown> | null)?.['http://schemas.openid.net/event/backchannel-logout']
    if (typeof event !== 'object' || nonce !== undefined || used.has(jti)) throw new Error('not a logout token')
    used.add(jti)
    for (const oldest of used) if (used.size > 1000) used.delete(oldest)
    sessions.end((person) => (sid === undefined ? person.subject === sub : person.sid === sid))
    sendText(visit, 'ok\n')
  } catch {
    sendText(visit, 'invalid_request\n', 400)
  }
}

const leave = async (visit: Visit, everywhere: boolean): Promise<void> => {
  if (!isOwnForm(visit)) return sendText(visit, 'formulaire étranger\n', 403)
  const person = sessions.find(visit)
  sessions.close(visit)
  if (!everywhere) return redirect(visit, '/au-revoir', 303)
  const end = client.buildEndSessionUrl(await configuration(), {
    post_logout_redirect_uri: `${service}/deconnecte`,
    ...(person ? { id_token_hint: person.idToken } : {}),
  })
  redirect(visit, end.href, 303)
}

run((visit) => {
  switch (`${visit.method} ${visit.url.pathname}`) {
    case 'GET /': {
      const person = sessions.find(visit)
      return person ? home(visit, person) : signIn(visit)
    }
    case 'GET /retour':
      return enter(visit)
    case 'POST /deconnexion-serveur':
      return backChannel(visit)
    case 'POST /quitter':
      return leave(visit, false)
    case 'POST /deconnexion':
      return leave(visit, true)
    case 'GET /au-revoir':
      return sendHtml(visit, leftPage(look, provider))
    case 'GET /deconnecte': {
      const body = section(
        'Et maintenant ?',
        `<p><a class="button main" href="${provider}/">Aller à Convergence</a></p>`,
      )
      return sendHtml(visit, page({ ...look, title: 'Vous êtes déconnecté de tous les services', body }))
    }
    default:
      return sendHtml(
        visit,
        page({ ...look, title: 'Page introuvable', body: '<p><a href="/">Entrer dans Pratic</a></p>' }),
        404,
      )
  }
})
