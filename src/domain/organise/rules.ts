/** What labels, saved searches and preferences have in common: titles and colours. */
import { Failure } from '#base/failure.ts'
import { type LabelColour, labelColours } from '#format/jmap/organising.ts'

export type Colour = LabelColour

/** Throws Failure invalid for a colour that is not of the palette. */
export const checkColour = (colour: string): Colour => {
  const known = labelColours.find((one) => one === colour)
  if (known === undefined) throw new Failure('invalid', 'not a colour of the palette', { property: 'colour' })
  return known
}

/** A title without white space around it. Throws Failure invalid when it is empty, too long, or not on one line. */
export const checkTitle = (property: string, text: string, max: number): string => {
  const tidy = text.normalize('NFC').trim()
  if (tidy === '' || tidy.length > max || /\p{Cc}/u.test(tidy) || !tidy.isWellFormed())
    throw new Failure('invalid', `must have 1 to ${max} characters, on one line`, { property })
  return tidy
}
