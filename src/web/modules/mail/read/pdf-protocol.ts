/** What the page and the thread that draws PDF pages say to each other. */

export type PdfAsk =
  | { readonly kind: 'open'; readonly bytes: ArrayBuffer }
  /** `scale` 1 is 72 points an inch. */
  | { readonly kind: 'draw'; readonly page: number; readonly scale: number; readonly id: number }

export interface PdfSize {
  readonly width: number
  readonly height: number
}

export type PdfAnswer =
  | { readonly kind: 'opened'; readonly sizes: readonly PdfSize[] }
  | {
      readonly kind: 'drawn'
      readonly id: number
      readonly page: number
      readonly image: ImageBitmap
      readonly text: string
    }
  | { readonly kind: 'failed' }
