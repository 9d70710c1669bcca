/**
 * Markdown (CommonMark with tables) to HTML that runs nothing: HTML inside the Markdown is shown as text, links go to the
 * web, to mail or within our own site, pictures are ours alone.
 */
import { Lexer, Marked } from 'marked'
import { escapeXml } from '../xml/write.ts'

/** Where a link may go: our own pages, the web over TLS, mail, a telephone. */
const isSafeLink = (href: string): boolean => /^(?:https:\/\/|mailto:|tel:|\/(?![/\\])|#)/i.test(href)

/** A picture of our own, by a path on our own site. */
const isOwnPicture = (href: string): boolean => /^\/(?![/\\])[\w./-]+$/.test(href)

/** Its measures, where its name says them (`set-up.800x500.webp`): the page keeps the room for it. */
const measures = (href: string): string => {
  const [, width, height] = /\.(\d{1,4})x(\d{1,4})\.[a-z]+$/.exec(href) ?? []
  return width === undefined ? '' : ` width="${width}" height="${height}"`
}

const marked = new Marked({
  gfm: true,
  async: false,
  renderer: {
    html: ({ text }) => escapeXml(text),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      return isSafeLink(href) ? `<a href="${escapeXml(href)}">${text}</a>` : text
    },
    image: ({ href, text }) =>
      isOwnPicture(href)
        ? `<img src="${escapeXml(href)}" alt="${escapeXml(text)}"${measures(href)} loading="lazy">`
        : escapeXml(text),
    // A wide table scrolls in a box that the keyboard can reach.
    table({ header, rows }) {
      const cells = (tag: 'th' | 'td', row: typeof header) =>
        row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')
      const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')
      return `<div class="wide" tabindex="0"><table><thead><tr>${cells('th', header)}</tr></thead><tbody>${body}</tbody></table></div>`
    },
  },
})

/** HTML of Markdown; what is nested too deeply to be meant (ten thousand quotations in each other) is shown as text. */
export const renderMarkdown = (text: string): string => {
  try {
    return marked.parse(text, { async: false })
  } catch (error) {
    if (error instanceof RangeError) return `<p>${escapeXml(text)}</p>`
    throw error
  }
}

/**
 * Makes the rules of Markdown ready, one a step: a regular expression is compiled when it has been used twice, once for
 * Latin letters and once for all, and the first text of all would wait 50 ms for the dozens of them.
 */
export function* warmMarkdown(): Generator<void> {
  const { block, inline } = Lexer.rules
  for (const rule of [...Object.values(block.gfm), ...Object.values(inline.gfm)])
    for (const text of ['a\n', '’\n'])
      if (rule instanceof RegExp) {
        for (let n = 0; n < 3; n++) {
          rule.lastIndex = 0
          rule.exec(text)
        }
        rule.lastIndex = 0
        yield
      }
}
