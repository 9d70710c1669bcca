/** Where the messages being written are: at the foot of the window, or over it. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ClientProvider, useClient, useOwnClient } from '../../../shell/client.tsx'
import { openFunctions } from '../../../shell/functions.ts'
import { SINGLE_PANE, useMedia } from '../../../shell/media.ts'
import { toast } from '../../../shell/toasts.tsx'
import { useLive } from '../../../shell/value.ts'
import type { ComposeState } from './compose-state.ts'
import { ComposeWindow } from './compose-window.tsx'
import css from './composer-dock.module.css'
import { type Composer, closeComposer, composers, resizeComposer } from './composers.ts'
import { stateOf } from './seed.ts'

const Loaded = ({ composer }: { composer: Composer }) => {
  const { t, i18n } = useTranslation()
  const client = useClient()
  const [state, setState] = useState<ComposeState>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a composition begins once
  useEffect(() => {
    let current = true
    stateOf(composer, { client, t, locale: i18n.language }).then(
      (first) => {
        if (current) setState({ ...first, account: composer.account })
      },
      () => {
        toast(t('thread.failed'), { tone: 'problem' })
        closeComposer(composer.key)
      },
    )
    return () => {
      current = false
    }
  }, [composer.key])
  if (state === undefined) return <div className={css.window} aria-busy="true" />
  return <ComposeWindow first={state} size={composer.size} />
}

/** Each is written with the client of its account, wherever one has gone meanwhile. */
const Placed = ({ composer }: { composer: Composer }) => {
  const own = useOwnClient()
  const functions = useLive(openFunctions)
  const { account } = composer
  const client = account === undefined ? own : functions.find((one) => one.accountId === account)?.client
  if (client === undefined) return <div className={css.window} aria-busy="true" />
  return (
    <ClientProvider client={client}>
      <Loaded composer={composer} />
    </ClientProvider>
  )
}

export const ComposerDock = () => {
  const { t } = useTranslation()
  const entries = useLive(composers)
  const isSingle = useMedia(SINGLE_PANE)
  const maximised = entries.find((entry) => entry.size === 'maximised')
  return (
    <div className={css.dock} data-single={isSingle || undefined}>
      {maximised === undefined ? null : (
        <button
          type="button"
          className={css.veil}
          tabIndex={-1}
          aria-label={t('compose.restore')}
          onClick={() => resizeComposer(maximised.key, 'normal')}
        />
      )}
      {entries.map((entry) => (
        <section key={entry.key} className={css.place} data-size={entry.size} aria-label={t('compose.title')}>
          <Placed composer={entry} />
        </section>
      ))}
    </div>
  )
}
