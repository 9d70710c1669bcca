/** The name and logo that the server put into the page (docs/branding.md); those of the program otherwise. */
import { record, text } from './request.ts'

export interface BrandInfo {
  readonly name: string
  /** An address of our own site; empty: the program's mark. */
  readonly logo: string
}

/** Ignores what is not a brand. */
export const readBrandInfo = (content: string | null | undefined): BrandInfo => {
  try {
    const value = record(JSON.parse(content ?? '{}'))
    const logo = text(value.logo)
    return { name: text(value.name), logo: /^\/brand\/[\w.-]+$/.test(logo) ? logo : '' }
  } catch {
    return { name: '', logo: '' }
  }
}

export const brandInfo: BrandInfo =
  typeof document === 'undefined'
    ? { name: '', logo: '' }
    : readBrandInfo(document.querySelector('meta[name="convergence-brand"]')?.getAttribute('content'))
