/** Whether the page is dark, as the person or the system wants it. */
import { useMedia } from '../../../shell/media.ts'
import { preferences } from '../../../shell/preferences.ts'
import { useLive } from '../../../shell/value.ts'

export const useDark = (): boolean => {
  const systemDark = useMedia('(prefers-color-scheme: dark)')
  const { theme } = useLive(preferences)
  return theme === 'dark' || (theme === 'auto' && systemDark)
}
