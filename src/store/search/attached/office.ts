/** Text of office documents: OOXML (docx, xlsx, pptx; ECMA-376) and OpenDocument (odt, ods, odp; ISO 26300). */
import { decodeEntities } from '#format/mime/html.ts'
import { unzip, type ZipMember, zipMembers } from './zip.ts'

/** Octets of XML unpacked from one document. */
const maxUnpacked = 24 * 1024 * 1024

/** The members that hold what a reader reads, in reading order. */
const readable =
  /^(?:word\/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml|xl\/sharedStrings\.xml|xl\/worksheets\/sheet\d+\.xml|ppt\/slides\/slide\d+\.xml|ppt\/notesSlides\/notesSlide\d+\.xml|content\.xml)$/

/** After these a new word begins; all other tags may stand within one (a run with another style). */
const breaks =
  /^\/?(?:w:p|w:tab|w:br|w:cr|w:tc|a:p|a:br|si|c|row|text:p|text:h|text:tab|text:s|text:line-break|table:table-cell)$/

/** Of a sheet only what is written in its cells: numbers of shared texts would be found by no one who means them. */
const textOfXml = (xml: string, isSheet: boolean, max: number): string => {
  let text = ''
  let shown = !isSheet
  for (const [, tag, plain] of xml.matchAll(/<([^>]{0,10000})>|([^<]+)/g)) {
    if (text.length > max) break
    if (plain !== undefined) {
      if (shown) text += plain
      continue
    }
    const name = /^\/?[^\s/]+/.exec(tag ?? '')?.[0] ?? ''
    if (isSheet && name === 'is') shown = true
    if (isSheet && name === '/is') shown = false
    if (breaks.test(name)) text += ' '
  }
  return decodeEntities(text.slice(0, max))
}

const inOrder = (a: ZipMember, b: ZipMember): number => a.name.localeCompare(b.name, 'en', { numeric: true })

/** The text of a document in a ZIP archive; empty for any other archive. */
export const officeText = (bytes: Uint8Array, max: number): string => {
  let left = maxUnpacked
  let text = ''
  for (const member of zipMembers(bytes)
    .filter(({ name }) => readable.test(name))
    .sort(inOrder)) {
    if (text.length >= max || left <= 0) break
    const xml = unzip(bytes, member, left)
    if (!xml) continue
    left -= xml.length
    text += ` ${textOfXml(new TextDecoder().decode(xml), member.name.includes('worksheets'), max - text.length)}`
  }
  return text.trim()
}
