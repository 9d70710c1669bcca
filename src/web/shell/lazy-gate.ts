import { lazyScreen } from '../i18n/parts.ts'

/** Everything before the application: sign-in and what surrounds it. */
export const LazyGate = lazyScreen<{ expired?: boolean }>(['gate', 'easy', 'codes'], () =>
  import('../modules/gate/gate.tsx').then(async (module) => {
    await module.prepareGate()
    return module.Gate
  }),
)
