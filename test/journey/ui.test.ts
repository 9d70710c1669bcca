/** The page of components (`/_ui/` in development): each is on it, and sound to axe in every theme. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings, overflow } from './axe.ts'
import { launchBrowser, missing } from './rig.ts'

const root = join(import.meta.dirname, '../..')

test('every component of web/ui is on the page of components', () => {
  const gallery = readFileSync(join(root, 'src/web/_ui/gallery.tsx'), 'utf8')
  const parts = readdirSync(join(root, 'src/web/ui'))
    .filter((name) => name.endsWith('.tsx') && !/-sheet\.tsx$|^later\.tsx$/.test(name))
    .filter((name) => !gallery.includes(`'../ui/${name}'`))
  expect(parts).toEqual([])
})

describe.skipIf(missing !== undefined)('The page of components', () => {
  let vite: ViteDevServer
  let browser: Browser
  let url: string
  beforeAll(async () => {
    vite = await createServer({
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'error',
      server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    })
    await vite.listen()
    const address = vite.httpServer?.address()
    url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/_ui/`
    browser = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await vite?.close()
  })

  test.each(['theme=light', 'theme=dark', 'theme=light&contrast=high', 'theme=dark&contrast=high'])(
    'is sound with %s, its menu and its dialog open too, and nothing is wider than a phone',
    async (how) => {
      const page = await browser.newPage({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' })
      await page.goto(`${url}?${how}`, { timeout: 90_000 })
      await page.getByRole('heading', { name: 'Composants' }).waitFor({ timeout: 90_000 })
      expect(await findings(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
      await page.getByRole('button', { name: 'Ouvrir le menu' }).click()
      await page.getByRole('menuitem', { name: 'Renommer' }).waitFor()
      expect(await findings(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Ouvrir le dialogue' }).click()
      await page.getByRole('alertdialog').waitFor()
      expect(await findings(page)).toEqual([])
      if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `ui-${how}.png`), fullPage: true })
      await page.close()
    },
    120_000,
  )
})
