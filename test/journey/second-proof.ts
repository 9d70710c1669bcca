/** A second proof in journeys: an application's codes, added in the account and given at sign-in. */
import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { giveCredentials } from './rig.ts'

const PERIOD = 30_000

/** The code of a moment. */
export const codeOf = (secret: string, at = Date.now()): string =>
  new TOTP({ secret: secret.replace(/\s/g, '') }).generate({ timestamp: at })

/** Adds an application on the page that is open (account or enrolment); resolves with its key. */
export const addApplication = async (page: Page): Promise<string> => {
  await page.getByRole('button', { name: 'Ajouter une application d’authentification' }).click()
  await page.getByRole('img', { name: /Code QR/ }).waitFor()
  const secret = (await page.locator('code').first().textContent()) ?? ''
  await page.getByLabel('Code à six chiffres affiché').fill(codeOf(secret))
  await page.getByRole('button', { name: 'Confirmer' }).click()
  await page.getByText('Application d’authentification ajoutée.').first().waitFor()
  return secret
}

/**
 * Signs in with both proofs on the sign-in page that is open. A code serves once: `later` counts the periods since the
 * one used last (the server allows for a clock that is one period ahead).
 */
export const signInStrongly = async (page: Page, login: string, password: string, secret: string, later = 1) => {
  await giveCredentials(page, login, password)
  await page.getByLabel('Code à six chiffres').fill(codeOf(secret, Date.now() + later * PERIOD))
  await page.getByRole('button', { name: 'Vérifier' }).click()
}
