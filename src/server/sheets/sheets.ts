/**
 * Sheets with activation codes: one A4 page for each person, to be handed out in class or by the secretariat. Tagged
 * PDF, in a typeface in which 0 and O, 1 and l differ; the address also stands as text beside its QR code.
 */
import { createRequire } from 'node:module'
import { PassThrough } from 'node:stream'
import PDFDocument from 'pdfkit'
import { encode } from 'uqr'
import { type SheetTexts, sheetTexts } from './texts.data.ts'

export interface Sheet {
  /** As it stands in the directory: `Léa Garnier`. */
  readonly name: string
  readonly login: string
  /** In groups: `ABCD-EFGH-JKMN`. */
  readonly code: string
  /** `3e B`; empty when the person has none. */
  readonly className: string
  readonly schoolName: string
  /** Milliseconds. */
  readonly expiresAt: number
  /** Whether the birth date will be asked, so that a lost sheet opens nothing. */
  readonly asksBirthDate: boolean
  /** Whom this person asks; a line each. */
  readonly contact: readonly string[]
}

export interface SheetOptions {
  readonly locale: 'fr' | 'en'
  /** Address of the web app, without a final slash. */
  readonly address: string
  /** Name of the académie or of the service, at the top of each page. */
  readonly academy: string
}

const require = createRequire(import.meta.url)
const fontFolder = '@expo-google-fonts/atkinson-hyperlegible'
const fonts = {
  regular: require.resolve(`${fontFolder}/400Regular/AtkinsonHyperlegible_400Regular.ttf`),
  bold: require.resolve(`${fontFolder}/700Bold/AtkinsonHyperlegible_700Bold.ttf`),
}

const margin = 56
const width = 595.28 - 2 * margin
const ink = '#1a1a2e'
const quiet = '#4a4a5e'

type Document = InstanceType<typeof PDFDocument>
type Structure = ReturnType<Document['struct']>

/** The page where the code is entered. What follows `#` never leaves the browser, so no log holds the code. */
export const activationAddress = (address: string, login: string, code: string): string =>
  `${address}/activate#${new URLSearchParams({ login, code }).toString()}`

/** The modules of a QR code as one path. */
const drawQr = (doc: Document, text: string, x: number, y: number, side: number): void => {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  const step = side / size
  // A hair of overlap, or viewers show white lines between the modules.
  for (const [row, cells] of data.entries())
    for (const [column, dark] of cells.entries())
      if (dark) doc.rect(x + column * step, y + row * step, step + 0.05, step + 0.05)
  doc.fill(ink)
}

interface Line {
  readonly text: string
  readonly size: number
  readonly bold?: boolean
  readonly color?: string
  readonly after?: number
  readonly spacing?: number
}

/** One paragraph, tagged for screen readers as `type` (H1, P, LI...). */
const write = (doc: Document, parent: Structure, type: string, line: Line): void => {
  const draw = () => {
    doc
      .font(line.bold ? 'bold' : 'regular')
      .fontSize(line.size)
      .fillColor(line.color ?? ink)
    doc.text(line.text, margin, doc.y, { width, characterSpacing: line.spacing ?? 0 })
    doc.y += line.after ?? 0
  }
  parent.add(doc.struct(type, {}, draw))
}

const drawBox = (doc: Document, section: Structure, sheet: Sheet, texts: SheetTexts): void => {
  const top = doc.y
  doc.roundedRect(margin, top, width, 132, 8).lineWidth(1).stroke('#8a8aa0')
  const pair = (label: string, value: string, y: number) => {
    const draw = () => {
      doc.font('regular').fontSize(11).fillColor(quiet)
      doc.text(label, margin + 20, y)
      doc.font('bold').fontSize(22).fillColor(ink)
      doc.text(value, margin + 20, y + 16, { characterSpacing: 1, width: width - 40, lineBreak: false })
    }
    section.add(doc.struct('P', {}, draw))
  }
  pair(texts.login, sheet.login, top + 16)
  pair(texts.code, sheet.code, top + 74)
  doc.y = top + 148
}

const drawQrBlock = (doc: Document, section: Structure, sheet: Sheet, options: SheetOptions, texts: SheetTexts) => {
  const side = 116
  const top = doc.y
  const address = activationAddress(options.address, sheet.login, sheet.code)
  const alt = { alt: texts.qr(`${options.address}/activate`) }
  section.add(doc.struct('Figure', alt, () => drawQr(doc, address, margin, top, side)))
  const beside = margin + side + 20
  const say = (text: string, y: number, bold = false) =>
    section.add(
      doc.struct('P', {}, () => {
        doc
          .font(bold ? 'bold' : 'regular')
          .fontSize(12)
          .fillColor(ink)
          .text(text, beside, y, { width: width - side - 20 })
      }),
    )
  say(texts.scan, top + 4)
  say(`${options.address}/activate`, top + 40, true)
  say(texts.check, top + 62)
  doc.y = top + side + 20
}

const drawPage = (doc: Document, root: Structure, sheet: Sheet, options: SheetOptions): void => {
  const texts = sheetTexts[options.locale]
  doc.addPage({ size: 'A4', margin })
  const section = doc.struct('Sect')
  root.add(section)
  write(doc, section, 'P', { text: options.academy, size: 11, color: quiet, after: 18 })
  write(doc, section, 'H1', { text: texts.title, size: 22, bold: true, after: 4 })
  write(doc, section, 'P', { text: sheet.name, size: 17, bold: true })
  const place = [sheet.className, sheet.schoolName].filter((part) => part !== '').join(' — ')
  if (place !== '') write(doc, section, 'P', { text: place, size: 12, color: quiet })
  doc.y += 16
  drawBox(doc, section, sheet, texts)
  const day = new Intl.DateTimeFormat(options.locale, { dateStyle: 'long', timeZone: 'Europe/Paris' })
  write(doc, section, 'P', { text: texts.until(day.format(sheet.expiresAt)), size: 12, after: 14 })
  drawQrBlock(doc, section, sheet, options, texts)
  write(doc, section, 'H2', { text: texts.how, size: 14, bold: true, after: 6 })
  for (const [n, step] of texts.steps(sheet.asksBirthDate).entries())
    write(doc, section, 'P', { text: `${n + 1}. ${step}`, size: 12, after: 5 })
  doc.y += 8
  write(doc, section, 'P', { text: texts.secret, size: 12, bold: true, after: 12 })
  if (sheet.contact.length > 0) {
    write(doc, section, 'H2', { text: texts.help, size: 14, bold: true, after: 4 })
    for (const line of sheet.contact) write(doc, section, 'P', { text: line, size: 12 })
  }
  section.end()
}

/**
 * The sheets as a PDF, a page at a time, so that a thousand of them neither fill the memory nor hold the event loop.
 * The stream fails when drawing does.
 */
export const drawSheets = (sheets: Iterable<Sheet> | AsyncIterable<Sheet>, options: SheetOptions): PassThrough => {
  const { title } = sheetTexts[options.locale]
  const doc = new PDFDocument({
    autoFirstPage: false,
    bufferPages: false,
    tagged: true,
    lang: options.locale === 'fr' ? 'fr-FR' : 'en-GB',
    displayTitle: true,
    pdfVersion: '1.7',
    info: { Title: title, Author: options.academy },
  })
  doc.registerFont('regular', fonts.regular)
  doc.registerFont('bold', fonts.bold)
  const out = new PassThrough()
  doc.on('error', (error: Error) => out.destroy(error))
  doc.pipe(out)
  const draw = async () => {
    const root = doc.struct('Document')
    doc.addStructure(root)
    for await (const sheet of sheets) {
      if (out.destroyed) return
      drawPage(doc, root, sheet, options)
      // The others have their turn between two pages; a slow reader holds the pen.
      if (out.writableNeedDrain) await new Promise<void>((resolve) => out.once('drain', resolve).once('close', resolve))
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    root.end()
    doc.end()
  }
  draw().catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error('sheets', { cause: error })))
  return out
}
