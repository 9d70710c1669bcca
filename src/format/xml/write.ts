/** XML text from values: everything escaped, nothing that XML 1.0 cannot hold, no white space of our own. */

/** Characters XML 1.0 has no place for (§2.2), lone surrogates among them. */
const impossible =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Canonical form: parsers would otherwise read them as spaces or line feeds.
  '\r': '&#xD;',
  '\t': '&#x9;',
  '\n': '&#xA;',
}

/** Text or attribute value, escaped; also safe in HTML. */
export const escapeXml = (text: string): string =>
  text.replace(impossible, '').replace(/[&<>"'\r\t\n]/g, (character) => escapes[character] ?? '')

/** Attributes in the order given; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | undefined>>

/** An element whose children are XML already. */
export const element = (name: string, attributes: Attributes = {}, ...children: readonly string[]): string => {
  const written = Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? '' : ` ${key}="${escapeXml(value)}"`))
    .join('')
  return `<${name}${written}>${children.join('')}</${name}>`
}

/** An element that holds a text. */
export const textElement = (name: string, text: string, attributes: Attributes = {}): string =>
  element(name, attributes, escapeXml(text))
