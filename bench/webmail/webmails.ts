/** What a webmail is, to a hand: how to sign in, and what shows that each act is done. The same moments for both. */
import { rareWord } from './prepare.ts'

/** Runs in the page: each function is sent there as its text. */
export interface Hand {
  /** True once a row of the list has its words. */
  isListed(): boolean
  /** Clicks the n-th row on screen; gives its subject. */
  openRow(n: number): string
  /** True once the message of that subject can be read. */
  isOpen(subject: string): boolean
  /** True once the webmail has taken a press of a row: it shows which one is open. */
  isPressed(): boolean
  /** Types the word and presses Enter. */
  search(word: string): void
  /** True once the list is what was found. */
  isFound(word: string): boolean
}

export interface Webmail {
  readonly name: string
  readonly url: string
  readonly user: string
  readonly password: string
  /** Of the sign-in form. */
  readonly fields: { readonly login: string; readonly password: string; readonly button: string }
  /** Cookies that say who is signed in. */
  readonly session: RegExp
  /** A row of the list. */
  readonly row: string
  readonly hand: Hand
}

export interface Door {
  readonly url: string
  readonly user: string
  readonly password: string
}

export const word = rareWord

export const roundcube = (door: Door): Webmail => ({
  name: 'roundcube',
  ...door,
  fields: { login: 'input[name=_user]', password: 'input[name=_pass]', button: '#rcmloginsubmit' },
  session: /roundcube/i,
  row: '#messagelist tbody tr',
  hand: {
    isListed: () => document.querySelector('#messagelist tbody tr td.subject a') !== null,
    openRow: (n) => {
      const cell = document.querySelectorAll('#messagelist tbody tr')[n]?.querySelector('td.subject')
      for (const type of ['mousedown', 'mouseup', 'click']) cell?.dispatchEvent(new MouseEvent(type, { bubbles: true }))
      return cell?.querySelector('a')?.textContent?.trim() ?? ''
    },
    isOpen: (subject) => {
      const page = document.querySelector<HTMLIFrameElement>('#messagecontframe')?.contentDocument
      const title = page?.querySelector('.subject')?.textContent ?? ''
      return title.includes(subject) && /Bonjour/.test(page?.querySelector('#messagebody')?.textContent ?? '')
    },
    isPressed: () => document.querySelector('#messagelist tbody tr.selected') !== null,
    search: (text) => {
      const box = document.querySelector<HTMLInputElement>('#mailsearchform')
      if (box === null) return
      box.focus()
      box.value = text
      box.form?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }))
    },
    isFound: (text) => {
      const rows = [...document.querySelectorAll('#messagelist tbody tr td.subject a')]
      return rows.length > 0 && rows.every((row) => row.textContent?.includes(text))
    },
  },
})

export const convergence = (door: Door): Webmail => ({
  name: 'convergence',
  ...door,
  fields: {
    login: 'input[name=login]',
    password: 'input[name=password]',
    button: 'form[action="/login"] [type=submit]',
  },
  session: /sess|signin/i,
  row: '[role=row],[data-row]',
  hand: {
    isListed: () => document.querySelector('[role=grid] [role=row] time') !== null,
    openRow: (n) => {
      // Not what the platform itself has written: it tells of each sign-in from a new browser.
      const rows = [...document.querySelectorAll<HTMLElement>('[role=grid] [role=row]')]
      const row = rows.filter(({ textContent }) => textContent.includes('Anne Martin'))[n]
      row?.click()
      return row?.querySelector('[class*=subject]')?.textContent?.trim() ?? ''
    },
    isOpen: (subject) => {
      const pane = document.querySelector('#reader')
      return pane?.querySelector('h2')?.textContent === subject && /Bonjour/.test(pane.textContent ?? '')
    },
    // Of the application itself: not of the picture of the last screen, which is outside of it.
    isPressed: () => document.querySelector('#root [role=grid] [role=row][data-open]') !== null,
    search: (text) => {
      const box = document.querySelector<HTMLInputElement>('#search')
      if (box === null) return
      box.focus()
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(box, text)
      box.dispatchEvent(new InputEvent('input', { bubbles: true }))
      box.form?.requestSubmit()
    },
    isFound: (text) => {
      const rows = [...document.querySelectorAll('[role=grid] [role=row]')]
      return rows.length > 0 && rows.every((row) => row.querySelector('[class*=subject]')?.textContent?.includes(text))
    },
  },
})
