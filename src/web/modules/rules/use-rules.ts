/** The rules of the account: read, changed one at a time, told when somebody else changed them. */
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type RuleBook, readBook, writeBook } from '#format/sieve/rules/book.ts'
import { SieveError } from '#format/sieve/syntax.ts'
import { useClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { activate, RulesProblem, readScripts, removeScript, type Scripts, saveText } from './requests.ts'

export interface Rules {
  readonly scripts: Scripts | undefined
  /** Undefined while it is read, and when the active script cannot be read as rules. */
  readonly book: RuleBook | undefined
  readonly failed: boolean
  readonly busy: boolean
  reload(): Promise<void>
  /** Keeps a book; says `said` with Undo. False when it was refused: the reason is said. */
  keep(book: RuleBook, said: string): Promise<boolean>
  /** Keeps the text of the active script. */
  keepText(text: string, said: string): Promise<boolean>
  activate(id: string | undefined): Promise<boolean>
  remove(id: string): Promise<boolean>
}

const bookOf = (text: string): RuleBook | undefined => {
  try {
    return readBook(text)
  } catch (error) {
    if (error instanceof SieveError) return
    throw error
  }
}

export const useRules = (): Rules => {
  const { t } = useTranslation()
  const client = useClient()
  const accountId = useLive(client.session)?.accountId
  const [scripts, setScripts] = useState<Scripts>()
  const [failed, setFailed] = useState(false)
  const [busy, setBusy] = useState(false)
  const reload = useCallback(async () => {
    if (accountId === undefined) return
    setFailed(false)
    try {
      setScripts(await readScripts(client, accountId))
    } catch (error) {
      if (!(error instanceof RulesProblem)) throw error
      setFailed(true)
    }
  }, [client, accountId])
  useEffect(() => {
    void reload()
    // Another tab, or another program, may have changed them while this page was not looked at.
    const look = () => {
      if (document.visibilityState === 'visible') void reload()
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [reload])
  const tell = async (problem: RulesProblem) => {
    const { reason, message } = problem
    toast(t(`rules.problem.${reason}`, { message }), { tone: 'problem', ms: 10_000 })
    if (reason === 'changed') await reload()
  }
  /** Runs one change; a problem is said, and nothing is shown that the server does not have. */
  const change = async (work: (account: string, now: Scripts) => Promise<Scripts>): Promise<boolean> => {
    if (accountId === undefined || scripts === undefined || busy) return false
    setBusy(true)
    try {
      setScripts(await work(accountId, scripts))
      return true
    } catch (error) {
      if (!(error instanceof RulesProblem)) throw error
      await tell(error)
      return false
    } finally {
      setBusy(false)
    }
  }
  const keepText = async (text: string, said: string): Promise<boolean> => {
    const before = scripts?.text ?? ''
    let after: Scripts | undefined
    const done = await change(async (account, now) => {
      after = await saveText(client, account, now, text, t('rules.scripts.name'))
      return after
    })
    const undo = async () => {
      if (accountId === undefined || after === undefined) return
      try {
        setScripts(await saveText(client, accountId, after, before, t('rules.scripts.name')))
      } catch (error) {
        if (!(error instanceof RulesProblem)) throw error
        await tell(error)
      }
    }
    if (done) toast(said, { undo: () => void undo() })
    return done
  }
  return {
    scripts,
    book: scripts && bookOf(scripts.text),
    failed,
    busy,
    reload,
    keep: (book, said) => keepText(writeBook(book), said),
    keepText,
    activate: (id) => change((account, now) => activate(client, account, now, id)),
    remove: (id) => change((account, now) => removeScript(client, account, now, id)),
  }
}
