/** Text that stands in HTML as text: in content and in quoted attributes alike (HTML Standard §13.3). */

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Old readers end an attribute there.
  '`': '&#96;',
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"'`]/g, (character) => references[character] ?? character)
