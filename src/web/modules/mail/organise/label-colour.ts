/** The palette of labels: a wash and an ink of each hue, readable on each other in both themes (4.5:1). */
import type { CSSProperties } from 'react'
import type { LabelColour } from '#format/jmap/organising.ts'

const hues: Readonly<Record<LabelColour, readonly [hue: number, chroma: number]>> = {
  grey: [245, 0.015],
  red: [25, 0.11],
  orange: [52, 0.1],
  yellow: [88, 0.09],
  green: [145, 0.1],
  teal: [190, 0.08],
  blue: [250, 0.1],
  violet: [300, 0.11],
  pink: [350, 0.11],
}

/** Colours of a chip. */
export const chipStyle = (colour: LabelColour): CSSProperties => {
  const [hue, chroma] = hues[colour]
  return {
    background: `light-dark(oklch(0.93 ${chroma / 3} ${hue}), oklch(0.34 ${chroma / 2} ${hue}))`,
    color: `light-dark(oklch(0.4 ${chroma} ${hue}), oklch(0.88 ${chroma * 0.7} ${hue}))`,
  }
}

/** The strong colour alone: a dot, an icon. */
export const colourOf = (colour: LabelColour): string => {
  const [hue, chroma] = hues[colour]
  return `light-dark(oklch(0.55 ${chroma * 1.3} ${hue}), oklch(0.76 ${chroma} ${hue}))`
}
