/**
 * The earlier messages that an answer ends with, folded, as in a message without HTML: the answer is what is read. What
 * is forwarded is not folded, nor what somebody wrote between the lines of another.
 */

/** How programs wrap what they quote: Gmail, Thunderbird and Apple Mail, Yahoo, Proton, Outlook, ourselves. */
const QUOTES = [
  '.gmail_quote',
  'blockquote[type="cite"]',
  '.yahoo_quoted',
  '.protonmail_quote',
  '[id$="divRplyFwdMsg"]',
  '.convergence-quote',
].join(',')

/** Words of less than this are no answer: what is quoted is the message then. */
const LEAST = 2
const FORWARDED = /^\s*-{5,}/

const wordsOf = (range: Range): string => {
  const piece = range.cloneContents()
  for (const style of piece.querySelectorAll('style')) style.remove()
  return (piece.textContent ?? '').replace(/[\s\u200b]+/g, ' ').trim()
}

/** Where the fold begins: an introduction that stands before the quotation goes with it. */
const beginning = (quote: Element): Element => {
  const before = quote.previousElementSibling
  return before?.matches('.moz-cite-prefix, [id$="appendonsend"]') ? before : quote
}

/** Folds in place; `label` names what opens it. */
export const foldQuote = (content: Element, label: string): void => {
  const quote = content.querySelector(QUOTES)
  if (quote === null || FORWARDED.test(quote.textContent ?? '')) return
  const first = beginning(quote)
  const before = document.createRange()
  before.setStart(content, 0)
  before.setEndBefore(first)
  if (wordsOf(before).length < LEAST) return
  // Outlook marks the beginning only: what follows beside it is what it quotes.
  const isMark = quote.matches('[id$="divRplyFwdMsg"]')
  const after = document.createRange()
  if (isMark && quote.parentElement) after.setStart(quote.parentElement, quote.parentElement.childNodes.length)
  else after.setStartAfter(quote)
  after.setEnd(content, content.childNodes.length)
  if (wordsOf(after) !== '') return
  const fold = document.createElement('details')
  fold.dataset.fold = ''
  const summary = document.createElement('summary')
  summary.textContent = '···'
  summary.title = label
  summary.ariaLabel = label
  fold.append(summary)
  first.before(fold)
  for (let next = fold.nextSibling; next !== null; next = fold.nextSibling) {
    fold.append(next)
    if (next === quote && !isMark) break
  }
}
