import { useTranslation } from 'react-i18next'
import { openFunctions } from '../../../shell/functions.ts'
import { useLive } from '../../../shell/value.ts'
import { splitId } from '../all/all-ids.ts'
import css from './label-chips.module.css'

/** In a list of several accounts, the mailbox that the message is in. */
export const AccountChip = ({ id }: { id: string }) => {
  const { t } = useTranslation()
  const functions = useLive(openFunctions)
  const account = splitId(id)?.account
  if (account === undefined) return null
  const name = functions.find(({ accountId }) => accountId === account)?.name ?? t('mailbox.mine')
  return (
    <span className={css.chips} role="img" aria-label={t('mailbox.of', { name })} title={name}>
      <span className={css.account} data-own={functions.every(({ accountId }) => accountId !== account) || undefined}>
        {name}
      </span>
    </span>
  )
}
