/** Signing in with a passkey, without an identifier: from the list under the identifier, or by the button. */
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../../shell/request.ts'
import { Button } from '../../../ui/button.tsx'
import css from '../gate.module.css'
import { askPasskey, canAutofill, canUsePasskeys, endAutofill } from '../passkey.ts'
import { anybodysPasskey, type Step, signInByPasskey, wish } from '../requests.ts'
import { useWords } from '../use-words.ts'

interface OfferOptions {
  onward: string
  shared: boolean
  onStep: (step: Step) => Promise<boolean>
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

  /** Of the latest to ask: what an earlier one brings is dropped, or one person would be signed in twice at once. */
  const turn = useRef(0)
  /** The challenge is kept in one cookie: they are asked for one after the other. */
  const challenged = useRef<Promise<unknown>>(Promise.resolve())
  /** What the server says of the assertion under way: true when that was a proof. */
  const sent = useRef<Promise<boolean>>(undefined)

  const send = useRef(async (assertion: unknown): Promise<boolean> => {
    const { onward, shared } = latest.current
    const answer = await signInByPasskey(assertion, { shared, ...wish(onward) })
    if (answer.kind === 'ok') await latest.current.onStep(answer.value)
    else latest.current.onProblem(answer)
    return answer.kind === 'ok'
  })

  /** `quiet`: the offer under the identifier, which nobody has asked for and which may stay unanswered. */
  const run = useRef(async (quiet: boolean): Promise<void> => {
    const mine = ++turn.current
    const challenge = challenged.current.then(anybodysPasskey)
    challenged.current = challenge
    const asked = await challenge
    if (mine !== turn.current) return
    if (asked.kind !== 'ok') {
      if (!quiet) latest.current.onProblem(asked)
      return
    }
    const assertion = await askPasskey(asked.value, quiet)
    if (mine !== turn.current) return
    if (assertion === undefined) {
      if (!quiet) setFailed(true)
      return
    }
    sent.current = send.current(assertion)
    await sent.current
  })

  useEffect(() => {
    let isOffered = false
    void canAutofill()
      .then((can) => {
        isOffered = can
        return can ? run.current(true) : undefined
      })
      .catch(() => undefined)
    return () => {
      // Signed in another way: the offer is over with its page.
      turn.current++
      if (isOffered) void endAutofill().catch(() => undefined)
    }
  }, [])

  return {
    isBusy,
    hasFailed,
    start: async () => {
      setBusy(true)
      setFailed(false)
      latest.current.onProblem(undefined)
      turn.current++
      if ((await sent.current) !== true) await run.current(false)
      setBusy(false)
    },
  }
}

export const PasskeyButton = ({ offer, isTroubled }: { offer: PasskeyOffer; isTroubled: boolean }) => {
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
        {offer.hasFailed ? t('gate.passkeyFailed') : isTroubled ? t('gate.trouble') : words('gate.passkeyMore')}
      </p>
    </>
  )
}
