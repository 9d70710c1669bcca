/** The form of a group: a name and who is in it. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ContactCard } from '#format/jmap/contacts.ts'
import { inOrder, nameOf } from '#format/jscontact/card.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import css from './contacts.module.css'
import { bareUid, membersOf } from './groups.ts'
import { byName, fold } from './use-contacts.ts'

const mostShown = 8

export const GroupForm = ({
  group,
  cards,
  onSave,
  onClose,
}: {
  /** Undefined: a new one. */
  group: ContactCard | undefined
  cards: readonly ContactCard[]
  onSave: (members: Readonly<Record<string, unknown>>) => Promise<boolean>
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const [name, setName] = useState(group ? nameOf(group) : '')
  const [members, setMembers] = useState<readonly ContactCard[]>(group ? membersOf(group, cards) : [])
  const [typed, setTyped] = useState('')
  const [isWrong, setWrong] = useState(false)
  const wanted = fold(typed.trim())
  const found = wanted
    ? byName(cards)
        .filter((card) => card.kind !== 'group' && !members.includes(card))
        .filter((card) => fold(`${nameOf(card)} ${inOrder(card.emails)[0]?.address ?? ''}`).includes(wanted))
        .slice(0, mostShown)
    : []
  const save = async () => {
    const full = name.trim()
    setWrong(full === '')
    if (full === '') return
    // Members that are not among these contacts (of another program) stay.
    const known = new Set(cards.map(({ uid }) => bareUid(uid)))
    const others = Object.entries(group?.members ?? {}).filter(([uid]) => !known.has(bareUid(uid)))
    const set = Object.fromEntries([...others, ...members.map(({ uid }) => [bareUid(uid), true])])
    const isDone = await onSave({ kind: 'group', name: { full }, members: set })
    if (isDone) onClose()
  }
  return (
    <Dialog
      title={group ? t('contacts.editTitle', { name: nameOf(group) }) : t('contacts.addGroup')}
      isOpen
      onClose={onClose}
      closeLabel={t('contacts.close')}
      footer={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button kind="primary" onPress={() => void save()}>
            {t('app.save')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <Field label={t('contacts.groupName')} value={name} onChange={setName} maxLength={120} autoComplete="off" />
        <div className={css.problem} role="alert">
          {isWrong ? t('contacts.needGroupName') : ''}
        </div>
        <Field label={t('contacts.findMember')} value={typed} onChange={setTyped} autoComplete="off" />
        {found.length > 0 ? (
          <ul className={css.plainList}>
            {found.map((card) => (
              <li key={card.id}>
                <Button
                  kind="quiet"
                  icon="plus"
                  onPress={() => {
                    setMembers([...members, card])
                    setTyped('')
                  }}
                >
                  {nameOf(card) || t('contacts.unnamed')}
                </Button>
              </li>
            ))}
          </ul>
        ) : null}
        <h3 className={css.small}>{t('contacts.members')}</h3>
        {members.length === 0 ? <p className={css.soft}>{t('contacts.noMembers')}</p> : null}
        <ul className={css.plainList}>
          {members.map((card) => (
            <li key={card.id} className={css.member}>
              <span>{nameOf(card) || t('contacts.unnamed')}</span>
              <IconButton
                icon="close"
                label={t('contacts.removeLine', { value: nameOf(card) })}
                onPress={() => setMembers(members.filter((one) => one !== card))}
              />
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}
