/** Every code that the server may answer, as a sentence and a next step. Needs the texts `codes`. */
import type { TFunction } from 'i18next'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from './request.ts'

export interface ProblemText {
  readonly what: string
  readonly next: string
  readonly code: string
}

export const useProblemText = () => {
  const { t, i18n } = useTranslation()
  return useCallback(
    (problem: Problem): ProblemText => {
      if (problem.kind === 'unreachable')
        return { what: t('codes.NET-01.what'), next: t('codes.NET-01.next'), code: 'NET-01' }
      const { code, message, retryAfter } = problem
      const known = i18n.exists(`codes.${code}.what`)
      // The key is checked just above; texts of codes are tested against the server's own tables.
      const key = code as 'AUTH-01'
      // A refused password: the server's sentence says exactly why.
      if (/^AUTH-2\d$/.test(code) && message !== '') return { what: message, next: t('codes.AUTH-11.next'), code }
      if (!known) return { what: message || t('codes.other.what'), next: t('codes.other.next'), code }
      // Each protocol has its own exact sentence behind a code of the services; a declaration, each field.
      const what = /^SSO-|^SVC-01$/.test(code) && message !== '' ? message : t(`codes.${key}.what`)
      const wait = retryAfter === undefined ? '' : ` ${waitText(retryAfter, t)}`
      return { what, next: `${t(`codes.${key}.next`)}${wait}`, code }
    },
    [t, i18n],
  )
}

const waitText = (seconds: number, t: TFunction): string =>
  seconds < 90
    ? t('codes.wait.seconds', { count: seconds })
    : t('codes.wait.minutes', { count: Math.ceil(seconds / 60) })

/** The same in one line, for notices. */
export const problemLine = ({ what, next, code }: ProblemText): string => `${what} ${next} (${code})`
