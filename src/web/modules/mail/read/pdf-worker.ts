/**
 * Draws PDF pages in a thread of its own: no document, no page, and by its own policy (server/http/web.ts) no network. A
 * file that breaks PDF.js has broken something that can only hand back pictures. Scripts, forms and links of the file
 * are not asked for; fonts are drawn as shapes.
 */
import { getDocument } from 'unpdf/pdfjs'
import type { PdfAnswer, PdfAsk, PdfSize } from './pdf-protocol.ts'

const maxPages = 500
const maxText = 20_000
/** Pixels of a page as it is drawn. */
const maxPixels = 16_000_000

interface Surface {
  canvas: OffscreenCanvas | null
  context: OffscreenCanvasRenderingContext2D | null
}

class Canvases {
  create(width: number, height: number): Surface {
    const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height))
    return { canvas, context: canvas.getContext('2d') }
  }
  reset(surface: Surface, width: number, height: number): void {
    if (!surface.canvas) return
    surface.canvas.width = Math.max(1, width)
    surface.canvas.height = Math.max(1, height)
  }
  destroy(surface: Surface): void {
    surface.canvas = null
    surface.context = null
  }
}

/** Filters are SVG elements of a document, and here is none: pages are drawn without. */
class NoFilters {
  addFilter(): string {
    return 'none'
  }
  addHCMFilter(): string {
    return 'none'
  }
  addAlphaFilter(): string {
    return 'none'
  }
  addLuminosityFilter(): string {
    return 'none'
  }
  addKnockoutFilter(): string {
    return 'none'
  }
  addHighlightHCMFilter(): string {
    return 'none'
  }
  destroy(): void {}
}

const tell = (answer: PdfAnswer, transfer: Transferable[] = []): void => self.postMessage(answer, { transfer })

type File = Awaited<ReturnType<typeof getDocument>['promise']>
let file: Promise<File> | undefined

const open = async (bytes: ArrayBuffer): Promise<void> => {
  file = getDocument({
    data: new Uint8Array(bytes),
    isEvalSupported: false,
    enableXfa: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    isOffscreenCanvasSupported: true,
    isImageDecoderSupported: false,
    maxImageSize: maxPixels,
    canvasMaxAreaInBytes: maxPixels * 4,
    verbosity: 0,
    CanvasFactory: Canvases,
    FilterFactory: NoFilters,
  }).promise
  const opened = await file
  const sizes: PdfSize[] = []
  for (let n = 1; n <= Math.min(opened.numPages, maxPages); n++) {
    const { width, height } = (await opened.getPage(n)).getViewport({ scale: 1 })
    sizes.push({ width, height })
  }
  tell({ kind: 'opened', sizes })
}

const draw = async (number: number, wanted: number, id: number): Promise<void> => {
  const page = await (await file)?.getPage(number)
  if (!page) return
  const { width, height } = page.getViewport({ scale: 1 })
  const scale = Math.min(wanted, Math.sqrt(maxPixels / Math.max(1, width * height)))
  const viewport = page.getViewport({ scale })
  const { canvas, context } = new Canvases().create(Math.ceil(viewport.width), Math.ceil(viewport.height))
  if (!canvas || !context) return
  // PDF.js names the context of a page's canvas; that of a thread does the same.
  const target: object = { canvasContext: context, canvas: null, viewport, annotationMode: 0 }
  await page.render(target as Parameters<typeof page.render>[0]).promise
  let text = ''
  const { items } = await page.getTextContent()
  for (const item of items) {
    if (text.length >= maxText) break
    if ('str' in item) text += item.str + (item.hasEOL ? '\n' : '')
  }
  page.cleanup()
  const image = canvas.transferToImageBitmap()
  tell({ kind: 'drawn', id, page: number, image, text }, [image])
}

self.addEventListener('message', (event: MessageEvent<PdfAsk>) => {
  const ask = event.data
  const work = ask.kind === 'open' ? open(ask.bytes) : draw(ask.page, ask.scale, ask.id)
  work.catch(() => tell({ kind: 'failed' }))
})
