import { useState } from 'react'
import { useTexts } from '../../../i18n/use-texts.ts'
import { composeTo } from '../compose/composers.ts'
import { type Block, linkPieces, textBlocks } from './plain-text.ts'
import css from './text-body.module.css'

const Line = ({ text }: { text: string }) =>
  linkPieces(text).map((piece, index) =>
    piece.kind === 'text' ? (
      piece.text
    ) : piece.href.toLowerCase().startsWith('mailto:') ? (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of an immutable text
        key={index}
        href={piece.href}
        onClick={(event) => {
          event.preventDefault()
          composeTo(piece.href)
        }}
      >
        {piece.text}
      </a>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of an immutable text
      <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer">
        {piece.text}
      </a>
    ),
  )

const Lines = ({ lines }: { lines: readonly string[] }) =>
  lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines of an immutable text
    <span key={index}>
      {index > 0 ? '\n' : ''}
      <Line text={line} />
    </span>
  ))

/** Quotations of more lines than this begin folded. */
const FOLD_BEYOND = 3

const Quote = ({ block, isNested }: { block: Extract<Block, { kind: 'quote' }>; isNested: boolean }) => {
  const { t } = useTexts()
  const [isOpen, setOpen] = useState(isNested || block.lines <= FOLD_BEYOND)
  return (
    <>
      {isNested || block.lines <= FOLD_BEYOND ? null : (
        <button
          type="button"
          className={css.fold}
          aria-expanded={isOpen}
          aria-label={isOpen ? t('message.hideQuoted') : t('message.quoted')}
          onClick={() => setOpen(!isOpen)}
        >
          <span aria-hidden="true">···</span>
        </button>
      )}
      {isOpen ? (
        <blockquote className={css.quote}>
          <Blocks blocks={block.blocks} isNested />
        </blockquote>
      ) : null}
    </>
  )
}

const Blocks = ({ blocks, isNested = false }: { blocks: readonly Block[]; isNested?: boolean }) =>
  blocks.map((block, index) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: blocks of an immutable text
    if (block.kind === 'quote') return <Quote key={index} block={block} isNested={isNested} />
    return (
      <p key={index} className={block.kind === 'signature' ? css.signature : css.text}>
        <Lines lines={block.lines} />
      </p>
    )
    // biome-ignore-end lint/suspicious/noArrayIndexKey: blocks of an immutable text
  })

/** A message in plain text: links work, quotations fold. */
export const TextBody = ({ text }: { text: string }) => (
  <div className={css.body}>
    <Blocks blocks={textBlocks(text)} />
  </div>
)
