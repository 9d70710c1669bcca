/**
 * What can be seen wrong on a screen without eyes: it scrolls sideways, words are cut or stand on others, controls are
 * smaller than a finger, keys or codes stand instead of words, the other language shows through, French spaces are
 * missing. Remarks, not judgements: some are as they should be, and eyes see more (screenshots.ts).
 */
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'

/** Runs in the page: it can use nothing of this file. */
const inPage = (language: 'fr' | 'en'): string[] => {
  const found = new Set<string>()
  const short = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 70)
  const nameOf = (one: Element) =>
    `${one.tagName.toLowerCase()}${one.id && !/^(?:react-aria|:|_r)/.test(one.id) ? `#${one.id}` : ''}.${[...one.classList].join('.')}`
  const isSeen = (one: Element): boolean => {
    const { width, height } = one.getBoundingClientRect()
    if (width < 2 || height < 2) return false
    if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
    for (let at: Element | null = one; at !== null; at = at.parentElement) {
      const { clipPath, clip, position } = getComputedStyle(at)
      if (clipPath.startsWith('inset(') || (position === 'absolute' && clip.startsWith('rect'))) return false
    }
    return true
  }
  const scrolls = (one: Element): boolean => {
    for (let at = one.parentElement; at !== null; at = at.parentElement)
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth + 1) return true
    return false
  }
  const { clientWidth } = document.documentElement
  if (document.documentElement.scrollWidth > clientWidth + 1)
    found.add(`sideways: the page by ${document.documentElement.scrollWidth - clientWidth} px`)
  const all = [...document.body.querySelectorAll('*')].filter(
    (one) => !one.closest('svg, .ProseMirror, [inert], [aria-hidden=true]') && isSeen(one),
  )
  for (const one of all) {
    const style = getComputedStyle(one)
    const says = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
    const box = one.getBoundingClientRect()
    if (/auto|scroll/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1 && !one.matches('pre, nav, nav *'))
      found.add(`sideways: ${nameOf(one)} by ${one.scrollWidth - one.clientWidth} px`)
    if (says && (box.right > clientWidth + 1 || (box.left < -1 && !one.matches('.skip'))) && !scrolls(one))
      found.add(`beyond the edge: ${nameOf(one)} “${short(one.textContent)}”`)
    if (
      says &&
      !one.closest('[role=row]') &&
      /hidden|clip/.test(style.overflowX) &&
      one.scrollWidth > one.clientWidth + 1
    )
      found.add(`cut: ${nameOf(one)} “${short(one.textContent)}”`)
    if (says && /hidden|clip/.test(style.overflowY) && one.scrollHeight > one.clientHeight + 4)
      found.add(`cut below: ${nameOf(one)} “${short(one.textContent)}”`)
    if (
      one.matches('button, a[href], input, select, textarea, summary, [role=button], [role=menuitem], [role=switch]')
    ) {
      const target = one.matches('input') ? (one.closest('label') ?? one) : one
      const { width, height } = target.getBoundingClientRect()
      const isInText = style.display === 'inline' && one.closest('p, li, dd, td, span, figcaption, div') !== null
      if ((width < 24 || height < 24) && !isInText)
        found.add(
          `small (${Math.round(width)} × ${Math.round(height)}): ${nameOf(one)} “${short(one.getAttribute('aria-label') ?? one.textContent)}”`,
        )
    }
  }
  const foreign =
    language === 'fr'
      ? /\b(?:the|your|is|are|with|and|this|you|from|not|for|of)\b/gi
      : /(?:^|\s)(?:le|la|les|des|une|vous|votre|est|dans|pour|avec|aucun|aucune|sur|du|et)(?=\s)/gi
  const texts: { rect: DOMRect; element: Element; text: string }[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement
    const text = node.textContent ?? ''
    if (element === null || !/\p{L}|\d/u.test(text) || element.closest('script, style, svg, [aria-hidden=true]'))
      continue
    if (!isSeen(element)) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const rect of range.getClientRects()) texts.push({ rect, element, text })
    // What somebody wrote is theirs.
    if (element.closest('code, pre, kbd, .ProseMirror, textarea, [lang]:not(html), [role=row], #reader')) continue
    const told = `“${short(text)}”`
    if (/^\s*[a-z]+(?:\.[a-zA-Z]{2,})+\s*$/.test(text) && !/\.(?:fr|example|test|eml|pdf|zip)\b/.test(text))
      found.add(`a key: ${told}`)
    if (/undefined|\bNaN\b|\[object|\{\{|\bnull\b/.test(text)) found.add(`a value: ${told}`)
    if (/\((?:s|e|es|x)\)/.test(text)) found.add(`a plural in brackets: ${told}`)
    if (/(?:^|\s)[01]\s(?:\p{L}+s)\b/u.test(text) && language === 'fr') found.add(`a plural: ${told}`)
    if (/(?:^|\s)1\s(?:[a-z]+s)\b/.test(text) && language === 'en') found.add(`a plural: ${told}`)
    if ((text.match(foreign) ?? []).length > 1) found.add(`the other language: ${told}`)
    if (/\p{L}'\p{L}/u.test(text)) found.add(`a straight apostrophe: ${told}`)
    if (language === 'fr' && /\p{L}[;!?](?:\s|$)|\p{L}:\s|\p{L} [:;!?»](?:\s|$)|« |"/u.test(text))
      found.add(`French spaces: ${told}`)
    if (language === 'en' && /\p{L}[\u202f\u00a0][:;!?](?:\s|$)|«/u.test(text))
      found.add(`French spaces in English: ${told}`)
  }
  const onTop = (x: number, y: number, element: Element): boolean => {
    const hit = document.elementFromPoint(x, y)
    return hit !== null && (hit === element || element.contains(hit) || hit.contains(element))
  }
  const shown = texts
    .filter(
      ({ rect: { width, height, left, top }, element }) =>
        width > 4 && height > 4 && onTop(left + width / 2, top + height / 2, element),
    )
    .slice(0, 1200)
  shown.forEach((a, i) => {
    for (const b of shown.slice(i + 1)) {
      const wide = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left)
      const high = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top)
      if (wide > 3 && high > Math.min(a.rect.height, b.rect.height) * 0.4 && a.element !== b.element)
        found.add(`one over another: “${short(a.text)}” and “${short(b.text)}”`)
    }
  })
  return [...found]
}

/** What is remarkable on the page as it is; the context bypasses the content security policy, for axe. */
export const lookOver = async (page: Page, language: 'fr' | 'en'): Promise<string[]> => [
  ...(await page.evaluate(inPage, language)),
  ...(await findings(page)).map((finding) => `axe: ${finding.replace(/\s+/g, ' ').slice(0, 300)}`),
]
