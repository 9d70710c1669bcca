import { loadTexts } from '../i18n/parts.ts'
import { later } from '../ui/later.tsx'
import { Splash } from './splash.tsx'

/** Everything before the application: sign-in and what surrounds it. */
export const LazyGate = later<{ expired?: boolean }>(async () => {
  const [module] = await Promise.all([
    import('../modules/gate/gate.tsx').then(async (gate) => {
      await gate.prepareGate()
      return gate
    }),
    loadTexts('gate', 'easy', 'codes'),
  ])
  return module.Gate
}, Splash)
