/** How one proves who one is: the password, and what a thief of it would still lack. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../shell/confirm.tsx'
import { refreshSession, session } from '../../shell/session.ts'
import { useAct } from '../../shell/use-act.ts'
import { type Loaded, useLoaded } from '../../shell/use-loaded.ts'
import { useLive } from '../../shell/value.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Card, Item, Items, Note, Section, Stack } from '../../ui/page.tsx'
import { NewPasswordField } from '../gate/new-password-field.tsx'
import { usePasswordPolicy } from '../gate/use-password-policy.ts'
import { AddPasskey } from './factors/add-passkey.tsx'
import { AddTotp } from './factors/add-totp.tsx'
import { CodeGrid } from './factors/code-grid.tsx'
import { RecoveryCodes } from './factors/recovery-codes.tsx'
import { Loading } from './loading.tsx'
import { changePassword, type Factor, type Factors, loadFactors, removeFactor, renameFactor } from './requests.ts'
import { useWhen } from './use-when.ts'

/** `title`: where it is a step of something else. */
export const PasswordPart = ({ title }: { title?: string }) => {
  const { t } = useTranslation()
  const who = useLive(session)
  const policy = usePasswordPolicy()
  const act = useAct()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  // Whoever has a second proof gives that instead.
  const asksCurrent = (who?.acr ?? 1) < 2
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (password === '' || act.isBusy) return
    const done = await act.run(() => changePassword(current, password), t('account.passwordChanged'))
    if (done === undefined) return
    setPassword('')
    setCurrent('')
  }
  return (
    <Section id="password" title={title ?? t('account.password')} intro={t('account.passwordMore')}>
      <Card>
        <form onSubmit={submit}>
          <input type="text" name="username" autoComplete="username" value={who?.login ?? ''} readOnly hidden />
          <Stack>
            {asksCurrent ? (
              <Field
                label={t('change.current')}
                type="password"
                autoComplete="current-password"
                value={current}
                onChange={setCurrent}
              />
            ) : null}
            <NewPasswordField label={t('change.password')} value={password} onChange={setPassword} {...policy} />
            <p>
              <Button
                kind="primary"
                type="submit"
                isDisabled={password === '' || (asksCurrent && current === '') || act.isBusy}
              >
                {t('account.passwordChange')}
              </Button>
            </p>
          </Stack>
        </form>
      </Card>
    </Section>
  )
}

const RenameDialog = ({ factor, onEnd }: { factor: Factor; onEnd: (changed: boolean) => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [label, setLabel] = useState(factor.label)
  const save = async () => {
    if ((await act.run(() => renameFactor(factor.id, label.trim()))) !== undefined) onEnd(true)
  }
  return (
    <Dialog title={t('account.rename')} isOpen onClose={() => onEnd(false)} closeLabel={t('app.close')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Stack>
          <Field label={t('account.newName')} value={label} onChange={setLabel} maxLength={60} autoFocus />
          <Button kind="primary" type="submit" isDisabled={label.trim() === ''}>
            {t('account.save')}
          </Button>
        </Stack>
      </form>
    </Dialog>
  )
}

const FactorItem = ({ factor, onChanged }: { factor: Factor; onChanged: () => void }) => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  const [isRenaming, setRenaming] = useState(false)
  const name = factor.label || t(`account.${factor.kind}`)
  const more = [
    t(`account.${factor.kind}`),
    factor.createdAt === undefined ? '' : t('account.added', { when: when(factor.createdAt) }),
    factor.lastUsedAt === undefined ? t('account.unused') : t('account.used', { when: when(factor.lastUsedAt) }),
    factor.lastFailedAt === undefined ? '' : t('account.failedAt', { when: when(factor.lastFailedAt) }),
  ].filter((part) => part !== '')
  const remove = async () => {
    const question = {
      title: t('account.removeTitle', { name }),
      body: t('account.removeBody'),
      action: t('account.remove'),
      danger: true,
    }
    if ((await confirm(question)) && (await act.run(() => removeFactor(factor.id))) !== undefined) onChanged()
  }
  return (
    <Item title={name} more={more.join(' · ')} tag={factor.isSynced ? t('account.synced') : undefined}>
      <IconButton icon="write" label={t('account.renameOf', { name })} onPress={() => setRenaming(true)} />
      <IconButton icon="trash" label={t('account.removeOf', { name })} onPress={() => void remove()} />
      {isRenaming ? (
        <RenameDialog
          factor={factor}
          onEnd={(changed) => {
            setRenaming(false)
            if (changed) onChanged()
          }}
        />
      ) : null}
    </Item>
  )
}

const FactorList = ({ loaded, value }: { loaded: Loaded<Factors>; value: Factors }) => {
  const { t } = useTranslation()
  const changed = () => {
    void loaded.reload()
    void refreshSession().catch(() => undefined)
  }
  const { factors, recoveryLeft, mustEnrol } = value
  const isStrong = factors.length > 0
  return (
    <Stack>
      <Note tone={isStrong ? 'plain' : 'mark'}>
        <strong>{isStrong ? t('account.strong') : t('account.weak')}</strong>{' '}
        {mustEnrol ? t('account.adminEnrol') : isStrong ? t('account.strongMore') : t('account.weakMore')}
      </Note>
      {factors.length === 0 ? null : (
        <Items>
          {factors.map((factor) => (
            <FactorItem key={`${factor.kind} ${factor.id}`} factor={factor} onChanged={changed} />
          ))}
        </Items>
      )}
      <Card>
        <AddPasskey onAdded={changed} />
      </Card>
      <Card>
        <AddTotp onAdded={changed} />
      </Card>
      <CodeGrid exists={factors.some((factor) => factor.kind === 'grid')} onMade={changed} />
      {isStrong ? <RecoveryCodes left={recoveryLeft} onMade={changed} /> : null}
    </Stack>
  )
}

export const SecurityPart = () => {
  const { t } = useTranslation()
  const factors = useLoaded('factors', loadFactors)
  return (
    <>
      <Section id="factors" title={t('account.factors')} intro={t('account.factorsMore')}>
        <Loading of={factors}>{(value) => <FactorList loaded={factors} value={value} />}</Loading>
      </Section>
      <PasswordPart />
    </>
  )
}
