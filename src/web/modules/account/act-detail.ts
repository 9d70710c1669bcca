/** What a line of the audit log adds to its action, in words: how somebody came in, into which service, what was odd. */
import { useTranslation } from 'react-i18next'
import { kindName } from '../../shell/profile-name.ts'
import type { FactorKind } from '../gate/requests.ts'

/** How somebody came in (RFC 8176's words), as the account calls it. */
const means: Readonly<Record<string, FactorKind>> = {
  pwd: 'password',
  otp: 'totp',
  hwk: 'passkey',
  swk: 'passkey',
  kba: 'grid',
}

const kinds: readonly FactorKind[] = ['passkey', 'totp', 'recovery', 'grid', 'password']

/** Needs the texts `gate` and `account`. */
export const useActDetail = () => {
  const { t } = useTranslation()
  const proofs = (detail: string): string => {
    const words = detail.split(/[^a-z]+/)
    const named = words.flatMap((word) => (Object.hasOwn(means, word) ? [t(`factor.${means[word]!}`)] : []))
    return [...new Set(words.includes('fed') ? [t('account.byProvider'), ...named] : named)].join(', ')
  }
  const oddity = (detail: string): string => {
    const [what, from = '', to = ''] = detail.split(' ')
    if (what === 'new-device') return t('account.oddDevice')
    if (what === 'new-country') return t('account.oddCountry', { to })
    return what === 'impossible-travel' ? t('account.oddTravel', { from, to }) : detail
  }
  return ({ action, target, detail }: { action: string; target: string; detail: string }): string => {
    switch (action) {
      case 'session.open':
      case 'session.renew':
      case 'session.step-up':
        return proofs(detail)
      case 'sign-in.unusual':
        return oddity(detail)
      case 'service.enter':
        return target
      case 'factor.add':
      case 'factor.remove':
      case 'factor.refused': {
        const kind = kinds.find((one) => one === target)
        return [kind === undefined ? target : t(`factor.${kind}`), detail].filter(Boolean).join(' · ')
      }
      case 'session.profile': {
        const [kind = '', ...rest] = detail.split(' ')
        return [kindName(kind, t), ...rest].join(' · ')
      }
      case 'recovery.ask':
      case 'recovery.use':
        return detail === 'mail' || detail === 'identifier' || detail === 'trusted contact'
          ? t(`account.recoveryBy.${detail === 'trusted contact' ? 'contact' : detail}`)
          : detail
      case 'rescue.change':
        return ''
      default:
        return detail
    }
  }
}
