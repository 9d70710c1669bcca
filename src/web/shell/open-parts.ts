/** Parts of the frame that open and close. */
import { createValue } from './value.ts'

export const drawerOpen = createValue(false)
export const helpOpen = createValue(false)
export const paletteOpen = createValue(false)
