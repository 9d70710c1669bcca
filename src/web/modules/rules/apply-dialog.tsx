/** A rule applied to a mailbox: tried first, then done with its progress, and brought back when it was not wanted. */
import type { TFunction } from 'i18next'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { insertRule, writeBook } from '#format/sieve/rules/book.ts'
import type { Rule } from '#format/sieve/rules/rule.ts'
import type { MailClient } from '../../data/index.ts'
import { useClient, useMailboxes } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { type Application, applyTo, bringBack, type Progress, RulesProblem } from './requests.ts'
import css from './rules.module.css'
import { inOrder, placeName } from './words.ts'

type State =
  | { readonly is: 'ready' }
  | { readonly is: 'working'; readonly rehearse: boolean; readonly progress: Progress }
  | { readonly is: 'tried' | 'done'; readonly application: Application }
  | { readonly is: 'undoing' }
  | { readonly is: 'undone'; readonly lost: number }
  | { readonly is: 'failed'; readonly problem: RulesProblem }

/** What a closed dialog leaves behind: changes that can still be brought back. */
interface Left {
  isGone: boolean
  before: Application['before']
}

const WAY_BACK_MS = 30_000

/** The dialog is gone, its button with it: the way back is offered once more. */
const offerWayBack = (
  client: MailClient,
  accountId: string | undefined,
  before: Application['before'],
  t: TFunction,
): void => {
  const count = Object.keys(before).length
  if (accountId === undefined || count === 0) return
  const undo = async () => {
    try {
      const lost = await bringBack(client, accountId, before)
      toast(lost === 0 ? t('rules.applied.undone') : t('rules.applied.undoneSome', { count: lost }))
    } catch (problem) {
      if (!(problem instanceof RulesProblem)) throw problem
      toast(t(`rules.problem.${problem.reason}`, { message: problem.message }), { tone: 'problem' })
    }
  }
  toast(t('rules.applied.changed', { count }), { undo: () => void undo(), ms: WAY_BACK_MS })
}

const nothing: Progress = { looked: 0, filed: 0, flagged: 0, faults: 0 }

const Working = ({ progress, total }: { progress: Progress; total: number }) => {
  const { t } = useTranslation()
  const { looked } = progress
  return (
    <div className={css.progress}>
      <progress max={Math.max(total, looked, 1)} value={looked} aria-label={t('rules.applied.title')} />
      <p>{t('rules.applied.of', { done: looked, total: Math.max(total, looked) })}</p>
    </div>
  )
}

const Outcome = ({ state }: { state: State }) => {
  const { t } = useTranslation()
  if (state.is === 'failed') {
    const { reason, message } = state.problem
    return <Note tone="problem">{t(`rules.problem.${reason}`, { message })}</Note>
  }
  if (state.is === 'undone')
    return (
      <Note>{state.lost === 0 ? t('rules.applied.undone') : t('rules.applied.undoneSome', { count: state.lost })}</Note>
    )
  if (state.is !== 'tried' && state.is !== 'done') return null
  const { looked, filed, flagged, faults, cut } = state.application
  return (
    <Note tone={cut === 'unreachable' ? 'problem' : 'plain'}>
      {cut === undefined ? null : <p>{t(`rules.applied.${cut}`)}</p>}
      <p>
        {state.is === 'tried'
          ? t('rules.applied.would', { count: filed, looked })
          : t('rules.applied.done', { looked, filed, flagged })}
      </p>
      {faults > 0 ? <p>{t('rules.applied.faults', { count: faults })}</p> : null}
    </Note>
  )
}

export const ApplyDialog = ({ rule, onClose }: { rule: Rule; onClose: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const accountId = useLive(client.session)?.accountId
  const mailboxes = useMailboxes()
  const [mailboxId, setMailboxId] = useState(() => mailboxes.find(({ role }) => role === 'inbox')?.id ?? '')
  const [state, setState] = useState<State>({ is: 'ready' })
  const stop = useRef(new AbortController())
  const left = useRef<Left>({ isGone: false, before: {} })
  useEffect(() => {
    const mine = left.current
    return () => {
      mine.isGone = true
      stop.current.abort()
      offerWayBack(client, accountId, mine.before, t)
    }
  }, [client, accountId, t])
  const total = mailboxes.find(({ id }) => id === mailboxId)?.totalEmails ?? 0
  const busy = state.is === 'working' || state.is === 'undoing'
  const guarded = async (work: (account: string) => Promise<State>) => {
    // Buttons keep the focus while something runs, and do nothing then.
    if (accountId === undefined || mailboxId === '' || busy) return
    try {
      setState(await work(accountId))
    } catch (problem) {
      if (!(problem instanceof RulesProblem)) throw problem
      setState({ is: 'failed', problem })
    }
  }
  const run = (rehearse: boolean) =>
    guarded(async (account) => {
      stop.current = new AbortController()
      setState({ is: 'working', rehearse, progress: nothing })
      // The rule alone, and switched on: what it would do is what is asked.
      const source = writeBook(insertRule([], { ...rule, enabled: true }))
      const tell = (progress: Progress) => setState({ is: 'working', rehearse, progress })
      const application = await applyTo(client, account, { source, mailboxId, rehearse }, tell, stop.current.signal)
      if (rehearse) return { is: 'tried', application }
      // Applied twice, a message goes back to where it was before the first time.
      const before = { ...application.before, ...left.current.before }
      left.current.before = before
      if (left.current.isGone) offerWayBack(client, account, before, t)
      return { is: 'done', application: { ...application, before } }
    })
  const undo = (before: Application['before']) =>
    guarded(async (account) => {
      setState({ is: 'undoing' })
      left.current.before = {}
      return { is: 'undone', lost: await bringBack(client, account, before) }
    })
  const name = rule.name || t('rules.unnamed')
  return (
    <Dialog
      title={t('rules.applied.title')}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
      footer={
        <>
          {state.is === 'working' ? (
            <Button onPress={() => stop.current.abort()}>{t('rules.applied.stop')}</Button>
          ) : null}
          {state.is === 'done' && Object.keys(state.application.before).length > 0 ? (
            <Button onPress={() => void undo(state.application.before)}>{t('rules.applied.undo')}</Button>
          ) : null}
          <Button aria-disabled={busy} onPress={() => void run(true)}>
            {t('rules.applied.check')}
          </Button>
          <Button kind="primary" aria-disabled={busy} onPress={() => void run(false)}>
            {t('rules.applied.go')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <p className={css.soft}>{t('rules.applied.intro')}</p>
        <p>{t('rules.applied.what', { what: name })}</p>
        <Select
          label={t('rules.applied.mailbox')}
          value={mailboxId}
          options={inOrder(mailboxes).map(({ id }) => ({ id, name: placeName(mailboxes, id, t) }))}
          onChange={(id) => {
            setMailboxId(id)
            setState({ is: 'ready' })
          }}
        />
        <div className={css.outcome} aria-live="polite">
          {state.is === 'working' ? <Working progress={state.progress} total={total} /> : <Outcome state={state} />}
        </div>
      </div>
    </Dialog>
  )
}
