/** Pictures put together on sheets, so that eyes can go over many at once: those of a folder, by look. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'

interface Sheet {
  /** Pictures side by side, and their width there. */
  readonly columns: number
  readonly width: number
  readonly each: number
}

const sheets: Readonly<Record<string, Sheet>> = {
  desktop: { columns: 2, width: 940, each: 4 },
  zoomed: { columns: 3, width: 620, each: 9 },
  tablet: { columns: 3, width: 620, each: 6 },
  phone: { columns: 5, width: 380, each: 10 },
  small: { columns: 6, width: 318, each: 12 },
}
const highest = { desktop: 900, zoomed: 900, tablet: 900, phone: 900, small: 900 } as const

/** Writes `sheet-<look>-<n>.png` beside the pictures. */
export const makeSheets = async (browser: Browser, folder: string, names: readonly string[]): Promise<void> => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.png') && names.includes(file.slice(0, -4)))
  const looks = new Map<string, string[]>()
  for (const name of names.filter((one) => files.includes(`${one}.png`))) {
    const look = name.split('-').slice(-3).join('-')
    looks.set(look, [...(looks.get(look) ?? []), name])
  }
  for (const [look, ofLook] of looks) {
    const device = look.split('-')[0] as keyof typeof highest
    const { columns, width, each } = sheets[device] ?? sheets.desktop!
    for (let at = 0; at < ofLook.length; at += each) {
      const figures = ofLook
        .slice(at, at + each)
        .map((name) => `<figure><figcaption>${name}</figcaption><img src="${name}.png"></figure>`)
        .join('')
      const style = `body{margin:8px;background:#777;display:grid;gap:8px;grid-template-columns:repeat(${columns},${width}px)}
        figure{margin:0;max-height:${highest[device]}px;overflow:hidden;background:#555}img{width:100%;display:block}
        figcaption{font:12px monospace;color:#fff;height:16px;white-space:nowrap;overflow:hidden}`
      const path = join(folder, 'sheet.html')
      writeFileSync(path, `<!doctype html><meta charset="utf-8"><style>${style}</style>${figures}`)
      const page = await browser.newPage({ viewport: { width: columns * (width + 8) + 8, height: 400 } })
      await page.goto(pathToFileURL(resolve(path)).href)
      await page.screenshot({ path: join(folder, `sheet-${look}-${1 + at / each}.png`), fullPage: true })
      await page.close()
    }
  }
}
