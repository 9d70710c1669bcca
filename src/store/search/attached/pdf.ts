/** Text of PDF documents by PDF.js, without scripts, fonts or pictures. Runs in a thread that may be ended at any time. */
import { getDocumentProxy } from 'unpdf'

const maxPages = 300

/** The text of the first pages, until there is enough of it. Rejects for what is no PDF, or wants a password. */
export const pdfText = async (bytes: Uint8Array, max: number): Promise<string> => {
  const document = await getDocumentProxy(bytes, {
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    stopAtErrors: false,
    maxImageSize: 0,
    verbosity: 0,
  })
  try {
    let text = ''
    for (let n = 1; n <= Math.min(document.numPages, maxPages) && text.length < max; n++) {
      const page = await document.getPage(n)
      const { items } = await page.getTextContent()
      for (const item of items) if ('str' in item) text += item.str + (item.hasEOL ? '\n' : '')
      text += '\n'
      page.cleanup()
    }
    return text.slice(0, max)
  } finally {
    await document.destroy()
  }
}
