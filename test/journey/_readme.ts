import { launchBrowser, giveCredentials, startServer, visit, signIn } from './rig.ts'
import { addApplication, signInStrongly } from './second-proof.ts'
const server = await startServer()
const browser = await launchBrowser()
const out = (n: string) => `/tmp/shots/readme/${n}.png`
const size = { viewport: { width: 1366, height: 854 }, locale: 'fr-FR', timezoneId: 'Europe/Paris' }
{
  const { page, context } = await visit(browser, server, size)
  await page.goto('/'); await page.locator('h1').waitFor(); await page.waitForTimeout(600); await page.screenshot({ path: out('sign-in') })
  await context.close()
}
const open = async (name: RegExp, page: import('playwright-core').Page) => { await page.getByRole('row', { name }).first().click(); await page.getByRole('heading', { name }).first().waitFor(); await page.waitForTimeout(900) }
const { page, context } = await visit(browser, server, size)
await signIn(page, 'anne.martin', server.password)
await page.goto('/mail/inbox'); await page.locator('[role=row][id]').first().waitFor(); await page.waitForTimeout(900)
await page.screenshot({ path: out('inbox') })
await open(/Exposé sur Colette/, page); await page.mouse.move(1300, 700); await page.screenshot({ path: out('conversation') })
await open(/Conseil de classe/, page)
await page.getByRole('button', { name: /^Répondre à tous$/ }).last().click()
await page.getByRole('textbox', { name: /^Corps du message$/ }).click()
await page.keyboard.type('Bonsoir à tous,\n\nMerci pour vos retours. Je propose que nous commencions à 17 h 30.\n\nAnne')
await page.waitForTimeout(600)
await page.screenshot({ path: out('composer') })
await page.getByRole('button', { name: /^Supprimer le brouillon$/ }).click()
await page.waitForTimeout(6500)
await page.goto('/portal'); await page.getByRole('heading', { name: /^Bonjour/, level: 1 }).waitFor(); await page.waitForTimeout(900)
await page.screenshot({ path: out('portal') })
await page.goto('/account/security'); await page.locator('h1').waitFor(); await page.waitForTimeout(900)
await page.screenshot({ path: out('security') })
const cookies = await context.cookies()
{
  const dark = await visit(browser, server, { ...size, colorScheme: 'dark', storageState: { cookies, origins: [] } })
  await dark.page.goto('/mail/inbox'); await dark.page.locator('[role=row][id]').first().waitFor()
  await open(/Gazette|Exposé/, dark.page); await dark.page.mouse.move(1300, 700); await dark.page.screenshot({ path: out('dark') })
  await dark.context.close()
}
for (const [n, scheme] of [['light', 'light'], ['open', 'light'], ['dark', 'dark']] as const) {
  const phone = await visit(browser, server, { viewport: { width: 385, height: 790 }, locale: 'fr-FR', timezoneId: 'Europe/Paris', colorScheme: scheme, hasTouch: true, isMobile: true, storageState: { cookies, origins: [] } })
  await phone.page.goto('/mail/inbox'); await phone.page.locator('[role=row][id]').first().waitFor()
  if (n === 'open') await open(/Exposé/, phone.page)
  await phone.page.waitForTimeout(900)
  await phone.page.screenshot({ path: out(`phone-${n}`) })
  await phone.context.close()
}
await context.close()
{
  const first = await visit(browser, server, size)
  await first.page.goto('/login?then=%2Fadmin'); await giveCredentials(first.page, 'sophie.durand', server.password)
  const secret = await addApplication(first.page); await first.context.close()
  const second = await visit(browser, server, size)
  await second.page.goto('/login?then=%2Fadmin'); await signInStrongly(second.page, 'sophie.durand', server.password, secret)
  await second.page.goto('/admin'); await second.page.getByRole('cell').first().waitFor(); await second.page.waitForTimeout(900)
  await second.page.screenshot({ path: out('administration') })
}
const sheet = await browser.newPage({ viewport: { width: 1366, height: 854 } })
const { readFileSync } = await import('node:fs')
const img = (n: string) => `<img src="data:image/png;base64,${readFileSync(out(`phone-${n}`)).toString('base64')}" style="width:385px;height:790px;border:1px solid #c5ced6">`
await sheet.setContent(`<body style="margin:0;width:1366px;height:854px;background:#dfe6ee;display:flex;align-items:center;justify-content:space-evenly">${img('light')}${img('open')}${img('dark')}</body>`)
await sheet.screenshot({ path: out('phone') })
await browser.close(); await server.close(); process.exit()
