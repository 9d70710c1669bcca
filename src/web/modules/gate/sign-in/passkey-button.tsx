/** Signing in with a passkey, without an identifier: from the list under the identifier, or by the button. */
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../../shell/request.ts'
import { Button } from '../../../ui/button.tsx'
import css from '../gate.module.css'
import { askPasskey, canAutofill, canUsePasskeys } from '../passkey.ts'
import { anybodysPasskey, type Step, signInByPasskey, wish } from '../requests.ts'
import { useWords } from '../use-words.ts'

interface OfferOptions {
  onward: string
  shared: boolean
  onStep: (step: Step) => Promise<void>
  onProblem: (problem: Problem | undefined) => void
}

export interface PasskeyOffer {
  readonly isBusy: boolean
  readonly hasFailed: boolean
  start(): Promise<void>
}

export const usePasskeyOffer = (options: OfferOptions): PasskeyOffer => {
  const [isBusy, setBusy] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const latest = useRef(options)
  latest.current = options

  /** `quiet`: the offer under the identifier, which nobody has asked for and which may stay unanswered. */
  const run = useRef(async (quiet: boolean): Promise<void> => {
    const asked = await anybodysPasskey()
    if (asked.kind !== 'ok') {
      if (!quiet) latest.current.onProblem(asked)
      return
    }
    const assertion = await askPasskey(asked.value, quiet)
    if (assertion === undefined) {
      if (!quiet) setFailed(true)
      return
    }
    const { onward, shared } = latest.current
    const answer = await signInByPasskey(assertion, { shared, ...wish(onward) })
    if (answer.kind === 'ok') await latest.current.onStep(answer.value)
    else latest.current.onProblem(answer)
  })

  useEffect(() => {
    void canAutofill()
      .then((can) => (can ? run.current(true) : undefined))
      .catch(() => undefined)
  }, [])

  return {
    isBusy,
    hasFailed,
    start: async () => {
      setBusy(true)
      setFailed(false)
      latest.current.onProblem(undefined)
      await run.current(false)
      setBusy(false)
    },
  }
}

export const PasskeyButton = ({ offer }: { offer: PasskeyOffer }) => {
  const words = useWords()
  const { t } = useTranslation()
  if (!canUsePasskeys()) return null
  return (
    <>
      <p className={css.or}>{t('gate.orPasskey')}</p>
      <Button
        icon="key"
        className={css.wideButton}
        isDisabled={offer.isBusy}
        onPress={() => void offer.start()}
        aria-describedby="passkey-more"
      >
        {words('gate.passkey')}
      </Button>
      <p id="passkey-more" className={css.quiet} role="status">
        {offer.hasFailed ? t('gate.passkeyFailed') : words('gate.passkeyMore')}
      </p>
    </>
  )
}
