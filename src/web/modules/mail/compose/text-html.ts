/** Plain text as paragraphs of HTML. Pure. */

import { escapeHtml } from '#format/html/escape.ts'

/** A blank line begins a paragraph, any other line a line. */
export const textToHtml = (text: string): string =>
  text
    .split(/\n{2,}/)
    .map((block) => `<p>${escapeHtml(block).replaceAll('\n', '<br>')}</p>`)
    .join('')
