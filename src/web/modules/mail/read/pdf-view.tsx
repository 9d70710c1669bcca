/** The pages of a PDF, drawn in a thread when they come into sight; their words are there for screen readers. */
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PdfAnswer, PdfAsk, PdfSize } from './pdf-protocol.ts'
import css from './viewer.module.css'

/** A thread that draws nothing for so long is given up. */
const PATIENCE_MS = 30_000
/** Points to pixels at the size of paper on a screen. */
const NATURAL = 96 / 72

interface Drawn {
  readonly image: ImageBitmap
  readonly text: string
}

class PdfThread {
  readonly #worker = new Worker(new URL('./pdf-worker.ts', import.meta.url), { type: 'module' })
  readonly #waiting = new Map<number, (drawn: Drawn) => void>()
  #count = 0
  readonly sizes: Promise<readonly PdfSize[]>

  constructor(bytes: ArrayBuffer) {
    this.sizes = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the file takes too long')), PATIENCE_MS)
      const fail = () => {
        clearTimeout(timer)
        reject(new Error('the file cannot be drawn'))
      }
      this.#worker.addEventListener('error', fail)
      this.#worker.addEventListener('message', ({ data }: MessageEvent<PdfAnswer>) => {
        if (data.kind === 'failed') fail()
        else if (data.kind === 'opened') {
          clearTimeout(timer)
          resolve(data.sizes)
        } else {
          this.#waiting.get(data.id)?.(data)
          this.#waiting.delete(data.id)
        }
      })
    })
    this.#ask({ kind: 'open', bytes }, [bytes])
  }

  #ask(ask: PdfAsk, transfer: Transferable[] = []): void {
    this.#worker.postMessage(ask, transfer)
  }

  draw(page: number, scale: number): Promise<Drawn> {
    const id = ++this.#count
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#ask({ kind: 'draw', page, scale, id })
    })
  }

  close(): void {
    this.#worker.terminate()
  }
}

const Page = ({
  thread,
  number,
  size,
  scale,
  count,
}: {
  thread: PdfThread
  number: number
  size: PdfSize
  scale: number
  count: number
}) => {
  const { t } = useTranslation()
  const holder = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [isNear, setNear] = useState(false)
  const [text, setText] = useState('')
  useEffect(() => {
    if (!holder.current) return
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) setNear(true)
      },
      { rootMargin: '600px' },
    )
    watcher.observe(holder.current)
    return () => watcher.disconnect()
  }, [])
  useEffect(() => {
    if (!isNear) return
    let current = true
    void thread.draw(number, scale * Math.min(2, devicePixelRatio)).then(({ image, text: words }) => {
      const target = canvas.current
      if (!current || !target) return image.close()
      target.width = image.width
      target.height = image.height
      target.getContext('bitmaprenderer')?.transferFromImageBitmap(image)
      setText(words)
    })
    return () => {
      current = false
    }
  }, [thread, number, scale, isNear])
  const [width, height] = [size.width * scale, size.height * scale]
  return (
    <section
      ref={holder}
      className={css.page}
      style={{ width, height }}
      aria-label={t('reading.viewer.page', { at: number, count })}
    >
      <canvas ref={canvas} style={{ width, height }} />
      <p className={css.hidden}>{text}</p>
    </section>
  )
}

export const PdfView = ({ blob, zoom }: { blob: Blob; zoom: number }) => {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<{ thread: PdfThread; sizes: readonly PdfSize[] }>()
  const [isBad, setBad] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const [room, setRoom] = useState<number>()
  useEffect(() => {
    let thread: PdfThread | undefined
    let current = true
    const open = async () => {
      const bytes = await blob.arrayBuffer()
      if (!current) return
      thread = new PdfThread(bytes)
      const mine = thread
      const sizes = await mine.sizes
      if (current) setOpened({ thread: mine, sizes })
    }
    open().catch(() => {
      if (current) setBad(true)
    })
    return () => {
      current = false
      thread?.close()
    }
  }, [blob])
  useEffect(() => {
    if (!box.current) return
    const watcher = new ResizeObserver(([entry]) => setRoom(entry?.contentRect.width))
    watcher.observe(box.current)
    return () => watcher.disconnect()
  }, [])
  if (isBad) return <p className={css.note}>{t('reading.viewer.failed')}</p>
  const widest = Math.max(...(opened?.sizes.map(({ width }) => width) ?? [1]))
  const fitting = room === undefined ? NATURAL : Math.min(NATURAL, room / widest)
  return (
    <div ref={box} className={css.pages}>
      {opened === undefined ? (
        <p className={css.note} role="status">
          {t('app.loading')}
        </p>
      ) : (
        opened.sizes.map((size, index) => (
          <Page
            // biome-ignore lint/suspicious/noArrayIndexKey: pages of an immutable file
            key={index}
            thread={opened.thread}
            number={index + 1}
            size={size}
            scale={fitting * zoom}
            count={opened.sizes.length}
          />
        ))
      )}
    </div>
  )
}
