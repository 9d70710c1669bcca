/** Passkeys in this browser; the library is fetched when one is used. */
import type { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import type { Body } from '../../shell/request.ts'

const library = () => import('@simplewebauthn/browser')

export const canUsePasskeys = (): boolean => typeof window !== 'undefined' && window.PublicKeyCredential !== undefined

type AuthenticationOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']
type RegistrationOptions = Parameters<typeof startRegistration>[0]['optionsJSON']

/** The server's words for the browser, which checks them itself; without a challenge they are none. */
const isAsking = (value: Body): value is Body & AuthenticationOptions => typeof value.challenge === 'string'
const isCreating = (value: Body): value is Body & RegistrationOptions =>
  typeof value.challenge === 'string' && typeof value.rp === 'object'

/** What the browser's own window gives back; undefined when the person closed it or nothing was found. */
export const askPasskey = async (answer: Body, autofill = false): Promise<unknown> => {
  const { startAuthentication } = await library()
  if (!isAsking(answer)) return
  try {
    return await startAuthentication({
      optionsJSON: answer,
      useBrowserAutofill: autofill,
      verifyBrowserAutofillInput: false,
    })
  } catch {
    return undefined
  }
}

/** Makes a new passkey on this device or key. */
export const makePasskey = async (answer: Body): Promise<unknown> => {
  const { startRegistration } = await library()
  if (!isCreating(answer)) return
  try {
    return await startRegistration({ optionsJSON: answer })
  } catch {
    return undefined
  }
}

/** True where the browser can offer passkeys in the list under the identifier. */
export const canAutofill = async (): Promise<boolean> =>
  canUsePasskeys() && (await window.PublicKeyCredential.isConditionalMediationAvailable?.()) === true

/** Ends an offer under way, so that another window may open. */
export const endAutofill = async (): Promise<void> => {
  const { WebAuthnAbortService } = await library()
  WebAuthnAbortService.cancelCeremony()
}
