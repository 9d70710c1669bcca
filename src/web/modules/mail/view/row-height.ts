/** The height of a row of the list: known before it is drawn, so that a list of any length can be placed. Pure. */
import type { MailView } from '#format/jmap/organising.ts'

/** Rem: the air above and below the words. */
const air = { compact: 0.95, normal: 1.35, spacious: 2.35 } as const
const PEOPLE = 1.25
const LINE = 1.14
/** Of a row on one line: it holds a face and a button, whatever the words need. */
const wide = { compact: 2.375, normal: 2.9, spacious: 3.6 } as const

/** @returns rem */
export const rowHeight = (
  { density, previewLines }: Pick<MailView, 'density' | 'previewLines'>,
  isWide: boolean,
): number =>
  isWide
    ? wide[density] + (previewLines > 1 ? LINE : 0)
    : air[density] + PEOPLE + LINE * (1 + Math.min(2, Math.max(0, previewLines)))
