/** The mailboxes of functions that are open to me, and for those I answer for, who has access. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { colon } from '../../i18n/colon.ts'
import { joinPlace } from '../../shell/function-place.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { FunctionAccess } from './functions-access.tsx'
import { loadMine } from './functions-requests.ts'
import { Loading } from './loading.tsx'

export const FunctionsPart = () => {
  const { t } = useTranslation()
  const loaded = useLoaded('functions', loadMine)
  const [shown, setShown] = useState<number>()
  if (shown !== undefined) return <FunctionAccess base="/functions" id={shown} onBack={() => setShown(undefined)} />
  return (
    <Section id="functions" title={t('functions.mine')} intro={t('functions.mineMore')}>
      <Loading of={loaded}>
        {(mailboxes) => (
          <Items empty={t('functions.noMine')}>
            {mailboxes.map(({ id, account, name, email, role, manages }) => (
              <Item key={id} title={name} more={`${email} · ${t(`functions.role.${role}`)}`}>
                <Link
                  to="/mail/$mailbox"
                  params={{ mailbox: joinPlace(account, 'inbox') }}
                  aria-label={`${t('functions.open')}${colon()}${name}`}
                >
                  {t('functions.open')}
                </Link>
                {manages ? (
                  <Button aria-label={`${t('functions.showAccess')}${colon()}${name}`} onPress={() => setShown(id)}>
                    {t('functions.showAccess')}
                  </Button>
                ) : null}
              </Item>
            ))}
          </Items>
        )}
      </Loading>
    </Section>
  )
}
