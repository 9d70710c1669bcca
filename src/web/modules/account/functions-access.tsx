/** Who has access to the mailbox of a function, for its owners and for administrators. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { colon } from '../../i18n/colon.ts'
import { confirm } from '../../shell/confirm.tsx'
import { useAct } from '../../shell/use-act.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Item, Items, Section, Stack } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { type Grant, give, loadAccess, type Role, roles, take } from './functions-requests.ts'
import { Loading } from './loading.tsx'
import { useWhen } from './use-when.ts'

const useRoleOptions = () => {
  const { t } = useTranslation()
  return roles.map((id) => ({ id, name: t(`functions.role.${id}`) }))
}

/** The end of a day of the calendar, here; null for none. */
const endOf = (day: string): number | null => {
  const at = day === '' ? Number.NaN : new Date(`${day}T23:59:59`).getTime()
  return Number.isNaN(at) ? null : at
}

const NewGrant = ({ base, id, onGiven }: { base: string; id: number; onGiven: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const options = useRoleOptions()
  const [who, setWho] = useState('')
  const [role, setRole] = useState<Role>('member')
  const [until, setUntil] = useState('')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const wanted = { who: who.trim(), role, expiresAt: endOf(until) }
    if ((await act.run(() => give(base, id, wanted), t('functions.given'))) === undefined) return
    setWho('')
    setUntil('')
    onGiven()
  }
  return (
    <Section id="give" title={t('functions.add')}>
      <form onSubmit={submit}>
        <Stack>
          <Field
            label={t('functions.person')}
            value={who}
            onChange={setWho}
            autoCapitalize="none"
            autoComplete="off"
            maxLength={320}
          />
          <Select label={t('functions.roleLabel')} value={role} options={options} onChange={setRole} />
          <p>{t(`functions.roleMore.${role}`)}</p>
          <Field
            label={t('functions.until')}
            type="date"
            value={until}
            onChange={setUntil}
            hint={t('functions.untilMore')}
          />
          <p>
            <Button kind="primary" type="submit" isDisabled={act.isBusy || who.trim() === ''}>
              {t('functions.add')}
            </Button>
          </p>
        </Stack>
      </form>
    </Section>
  )
}

const GrantLine = ({ base, id, grant, onDone }: { base: string; id: number; grant: Grant; onDone: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const when = useWhen()
  const options = useRoleOptions()
  const { name, who, kind, role, expiresAt, grantedAt, grantedBy, lastUsedAt } = grant
  const isOver = expiresAt !== undefined && expiresAt <= Date.now()
  const change = async (next: Role) => {
    const wanted = { who, role: next, expiresAt: isOver ? null : (expiresAt ?? null) }
    if (await act.run(() => give(base, id, wanted), t('functions.given'))) onDone()
  }
  const remove = async () => {
    const isMeant = await confirm({
      title: t('functions.removeAsk', { name }),
      body: t('functions.removeMore'),
      action: t('functions.remove'),
      danger: true,
    })
    if (isMeant && (await act.run(() => take(base, id, grant.id), t('functions.removed')))) onDone()
  }
  const end = isOver
    ? t('functions.ended')
    : expiresAt === undefined
      ? t('functions.forEver')
      : `${t('functions.until')} ${when(expiresAt)}`
  const use =
    kind === 'group'
      ? t('functions.group')
      : `${t('functions.lastUse')}${colon()}${lastUsedAt === undefined ? t('functions.never') : when(lastUsedAt)}`
  return (
    <Item
      title={name}
      more={[who, end, use, t('functions.givenBy', { name: grantedBy, date: when(grantedAt) })].join(' · ')}
    >
      <Select
        label={`${t('functions.roleLabel')}${colon()}${name}`}
        hideLabel
        value={role}
        options={options}
        onChange={(next) => void change(next)}
      />
      <Button
        aria-label={`${t('functions.remove')}${colon()}${name}`}
        isDisabled={act.isBusy}
        onPress={() => void remove()}
      >
        {t('functions.remove')}
      </Button>
    </Item>
  )
}

/** `base`: whose acts these are, `/functions` or `/admin/functions`. */
export const FunctionAccess = ({ base, id, onBack }: { base: string; id: number; onBack: () => void }) => {
  const { t } = useTranslation()
  const loaded = useLoaded(`${base}/${id}`, () => loadAccess(base, id))
  const reload = () => void loaded.reload()
  return (
    <>
      <p>
        <Button kind="quiet" icon="back" onPress={onBack}>
          {t('functions.back')}
        </Button>
      </p>
      <Loading of={loaded}>
        {({ name, grants }) => (
          <>
            <Section id="access" title={t('functions.access', { name })}>
              <Items empty={t('functions.never')}>
                {grants.map((grant) => (
                  <GrantLine key={grant.id} base={base} id={id} grant={grant} onDone={reload} />
                ))}
              </Items>
            </Section>
            <NewGrant base={base} id={id} onGiven={reload} />
          </>
        )}
      </Loading>
    </>
  )
}
