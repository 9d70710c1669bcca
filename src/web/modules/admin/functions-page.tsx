/** Every mailbox of a function: made here, and opened to persons and groups. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { colon } from '../../i18n/colon.ts'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { FunctionAccess } from '../account/functions-access.tsx'
import { create, loadAll } from '../account/functions-requests.ts'
import { Loading } from '../account/loading.tsx'
import css from './admin.module.css'

const NewFunction = ({ onCreated }: { onCreated: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [owner, setOwner] = useState('')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const wanted = { login: login.trim(), name: name.trim(), owner: owner.trim() }
    if ((await act.run(() => create(wanted), t('functions.created'))) === undefined) return
    for (const clear of [setLogin, setName, setOwner]) clear('')
    onCreated()
  }
  return (
    <Section id="create" title={t('functions.create')}>
      <form className={css.form} onSubmit={submit}>
        <Field
          label={t('functions.login')}
          value={login}
          onChange={setLogin}
          hint={t('functions.loginMore')}
          autoCapitalize="none"
          autoComplete="off"
          maxLength={64}
        />
        <Field label={t('functions.name')} value={name} onChange={setName} autoComplete="off" maxLength={200} />
        <Field
          label={t('functions.owner')}
          value={owner}
          onChange={setOwner}
          autoCapitalize="none"
          autoComplete="off"
          maxLength={320}
        />
        <Button
          kind="primary"
          type="submit"
          isDisabled={act.isBusy || [login, name, owner].some((text) => text.trim() === '')}
        >
          {t('functions.create')}
        </Button>
      </form>
    </Section>
  )
}

export const FunctionsPage = () => {
  const { t } = useTranslation()
  const loaded = useLoaded('functions', loadAll)
  const [shown, setShown] = useState<number>()
  if (shown !== undefined)
    return <FunctionAccess base="/admin/functions" id={shown} onBack={() => setShown(undefined)} />
  return (
    <>
      <Section id="functions" intro={t('functions.mineMore')}>
        <Loading of={loaded}>
          {(mailboxes) => (
            <Items empty={t('functions.empty')}>
              {mailboxes.map(({ id, name, email, active, grants }) => (
                <Item
                  key={id}
                  title={name}
                  more={[email, t('functions.accesses', { count: grants }), active ? '' : t('functions.disabled')]
                    .filter((part) => part !== '')
                    .join(' · ')}
                >
                  <Button aria-label={`${t('functions.showAccess')}${colon()}${name}`} onPress={() => setShown(id)}>
                    {t('functions.showAccess')}
                  </Button>
                </Item>
              ))}
            </Items>
          )}
        </Loading>
      </Section>
      <NewFunction onCreated={() => void loaded.reload()} />
    </>
  )
}
