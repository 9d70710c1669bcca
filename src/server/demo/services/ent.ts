/**
 * "ENT" of the demonstration: a digital workspace behind SAML 2.0, by node-saml. It learns the provider's key from its
 * metadata, takes encrypted assertions, and is told of sign-outs from server to server (SOAP) or by the browser.
 */

import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import { escapeHtml } from '#format/html/escape.ts'
import { labels } from './labels.data.ts'
import { definitions, exits, failedPage, leftPage, page, section, tiles } from './page.ts'
import { createSessions, isOwnForm, places, redirect, run, sendHtml, sendText, type Visit } from './program.ts'

type Profile = NonNullable<Awaited<ReturnType<SAML['validatePostResponseAsync']>>['profile']>

const { service: here, provider } = places()
const look = { id: 'ent', service: 'ENT', kind: 'Service de démonstration — protocole SAML 2.0' }
const sessions = createSessions<Profile>('ent_session')
const { SAML_KEY: key = '', SAML_CERTIFICATE: certificate = '' } = process.env

/** Certificates that the metadata name for signatures. */
const certificatesIn = (metadata: string): string[] =>
  [...metadata.matchAll(/<ds:X509Certificate>([A-Za-z0-9+/=\s]+)<\/ds:X509Certificate>/g)].map(([, text = '']) => text)

let ready: Promise<SAML> | undefined

const connect = async (): Promise<SAML> => {
  const answer = await fetch(`${provider}/saml/metadata`)
  if (!answer.ok) throw new Error(`metadata: ${answer.status}`)
  return new SAML({
    issuer: `${here}/saml/metadata`,
    callbackUrl: `${here}/saml/acs`,
    audience: `${here}/saml/metadata`,
    entryPoint: `${provider}/saml/sso`,
    logoutUrl: `${provider}/saml/logout`,
    idpIssuer: `${provider}/saml/metadata`,
    idpCert: [...new Set(certificatesIn(await answer.text()))],
    privateKey: key,
    publicCert: certificate,
    decryptionPvk: key,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: true,
    validateInResponseTo: ValidateInResponseTo.always,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
  })
}

/** Keys change rarely; after a failure they are read again. */
const saml = (): Promise<SAML> => {
  ready ??= connect()
  ready.catch(() => {
    ready = undefined
  })
  return ready
}

const home = async (visit: Visit): Promise<void> => {
  const person = sessions.find(visit)
  if (!person) return redirect(visit, await (await saml()).getAuthorizeUrlAsync('', undefined, {}))
  const attributes = (person.attributes ?? {}) as Record<string, string | string[]>
  const shown = Object.entries(attributes).map(
    ([name, value]) => [labels[name] ?? name, [value].flat().join(' ; ')] as const,
  )
  const name = [attributes.displayName].flat()[0] ?? person.nameID
  sendHtml(
    visit,
    page({
      ...look,
      title: `Bonjour ${name}`,
      body:
        section('Ce que le service sait de vous', definitions([['Identifiant', person.nameID], ...shown])) +
        section(
          'Espace numérique de travail',
          tiles([
            ['Cahier de textes', 'Le travail à faire de la semaine'],
            ['Emploi du temps', 'Cours, salles, remplacements'],
            ['Notes et bulletins', 'Les évaluations du trimestre'],
            ['Messagerie de classe', 'Un mot aux parents ou à la classe'],
          ]),
        ) +
        exits('ENT', provider),
    }),
  )
}

const enter = async (visit: Visit): Promise<void> => {
  const form = await visit.form()
  try {
    const outcome = await (await saml()).validatePostResponseAsync({ SAMLResponse: form.get('SAMLResponse') ?? '' })
    if (!outcome.profile) throw new Error('nobody is named')
    sessions.open(visit, outcome.profile)
    redirect(visit, '/', 303)
  } catch (error) {
    ready = undefined
    console.error(error instanceof Error ? error.message : String(error))
    sendHtml(visit, failedPage(look, 'La réponse du serveur n’a pas été acceptée.'), 403)
  }
}

/** The provider tells, from server to server, that a session ended (saml-bindings §3.2). */
const soap = async (visit: Visit): Promise<void> => {
  const pieces: Buffer[] = []
  for await (const piece of visit.request) pieces.push(piece as Buffer)
  const request = /<samlp:LogoutRequest[\s\S]*<\/samlp:LogoutRequest>/.exec(Buffer.concat(pieces).toString())?.[0] ?? ''
  const { profile } = await (await saml()).validatePostRequestAsync({
    SAMLRequest: Buffer.from(request).toString('base64'),
  })
  sessions.end(({ nameID, sessionIndex }) => nameID === profile?.nameID && sessionIndex === profile?.sessionIndex)
  sendText(visit, 'ok\n')
}

/** By the browser: the end of a sign-out that began here, or one that began elsewhere. */
const frontLogout = async (visit: Visit): Promise<void> => {
  const query = Object.fromEntries(visit.url.searchParams)
  const client = await saml()
  const { profile } = await client.validateRedirectAsync(query, visit.url.search.slice(1))
  sessions.close(visit)
  if (!profile) return redirect(visit, '/au-revoir')
  const back = await client.getLogoutResponseUrlAsync(profile, query.RelayState ?? '', {}, true)
  redirect(visit, back)
}

const leave = async (visit: Visit, everywhere: boolean): Promise<void> => {
  if (!isOwnForm(visit)) return sendText(visit, 'formulaire étranger\n', 403)
  const person = sessions.find(visit)
  sessions.close(visit)
  if (!everywhere || !person) return redirect(visit, '/au-revoir', 303)
  redirect(visit, await (await saml()).getLogoutUrlAsync(person, '', {}), 303)
}

run(async (visit) => {
  switch (`${visit.method} ${visit.url.pathname}`) {
    case 'GET /':
      return home(visit)
    case 'POST /saml/acs':
      return enter(visit)
    case 'POST /saml/soap':
      return soap(visit)
    case 'GET /saml/slo':
      return frontLogout(visit)
    case 'GET /saml/metadata':
      return sendText(visit, (await saml()).generateServiceProviderMetadata(certificate, certificate))
    case 'POST /quitter':
      return leave(visit, false)
    case 'POST /deconnexion':
      return leave(visit, true)
    case 'GET /au-revoir':
      return sendHtml(visit, leftPage(look, provider))
    default:
      return sendHtml(
        visit,
        page({ ...look, title: 'Page introuvable', body: `<p><a href="/">${escapeHtml('Entrer dans l’ENT')}</a></p>` }),
        404,
      )
  }
})
