/** The form of a contact: what most people write of somebody; whatever else a card holds stays as it is. */
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AddressBook, ContactCard } from '#format/jmap/contacts.ts'
import { type JsCard, nameOf } from '#format/jscontact/card.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { type CardDraft, type DraftLine, draftOf, emptyDraft, patchOf } from './card-draft.ts'
import css from './contacts.module.css'
import { ContactPhoto, smallPhoto } from './photo.tsx'

type LineKind = 'emails' | 'phones'

let serial = 0
const freshLine = (): DraftLine => ({ id: `n${Date.now().toString(36)}${++serial}`, value: '', place: '' })

const Lines = ({
  kind,
  lines,
  onChange,
}: {
  kind: LineKind
  lines: readonly DraftLine[]
  onChange: (lines: readonly DraftLine[]) => void
}) => {
  const { t } = useTranslation()
  const label = kind === 'emails' ? t('contacts.email') : t('contacts.phone')
  const change = (id: string, part: Partial<DraftLine>) =>
    onChange(lines.map((one) => (one.id === id ? { ...one, ...part } : one)))
  const places = [
    { id: 'none', name: t('contacts.places.none') },
    { id: 'work', name: t('contacts.places.work') },
    { id: 'private', name: t('contacts.places.private') },
  ] as const
  return (
    <div className={css.lines}>
      {lines.map((line) => (
        <div key={line.id} className={css.lineRow}>
          <Field
            label={label}
            value={line.value}
            type={kind === 'emails' ? 'email' : 'tel'}
            inputMode={kind === 'emails' ? 'email' : 'tel'}
            autoCapitalize="none"
            autoComplete="off"
            maxLength={250}
            onChange={(value) => change(line.id, { value })}
          />
          <Select
            label={t('contacts.place', { value: line.value || label })}
            hideLabel
            value={line.place || 'none'}
            options={places}
            onChange={(place) => change(line.id, { place: place === 'none' ? '' : place })}
          />
          <IconButton
            icon="close"
            label={t('contacts.removeLine', { value: line.value || label })}
            onPress={() => onChange(lines.filter(({ id }) => id !== line.id))}
          />
        </div>
      ))}
      <Button kind="quiet" icon="plus" onPress={() => onChange([...lines, freshLine()])}>
        {kind === 'emails' ? t('contacts.addEmail') : t('contacts.addPhone')}
      </Button>
    </div>
  )
}

const PhotoField = ({
  card,
  value,
  onChange,
}: {
  card: JsCard
  value: string | null | undefined
  onChange: (uri: string | null) => void
}) => {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [isWrong, setWrong] = useState(false)
  const { media: _media, ...bare } = card
  const shown: JsCard =
    value === undefined ? card : value === null ? bare : { ...bare, media: { new: { kind: 'photo', uri: value } } }
  const choose = async (file: File | undefined) => {
    if (!file) return
    try {
      onChange(await smallPhoto(file))
      setWrong(false)
    } catch {
      setWrong(true)
    }
  }
  return (
    <div className={css.photoRow}>
      <ContactPhoto card={shown} size={72} />
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp,image/gif"
        hidden
        aria-label={t('contacts.photo')}
        onChange={(event) => void choose(event.target.files?.[0])}
      />
      <Button kind="quiet" icon="image" onPress={() => input.current?.click()}>
        {t('contacts.choosePhoto')}
      </Button>
      {Object.keys(shown.media ?? {}).length > 0 ? (
        <Button kind="quiet" onPress={() => onChange(null)}>
          {t('contacts.removePhoto')}
        </Button>
      ) : null}
      {isWrong ? <p role="alert">{t('contacts.photoTooLarge')}</p> : null}
    </div>
  )
}

const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text)

export interface ContactFormProps {
  /** Undefined: a new one. */
  readonly card: ContactCard | undefined
  /** What a new one begins with. */
  readonly begin?: Partial<CardDraft>
  readonly books: readonly AddressBook[]
  readonly onSave: (members: Readonly<Record<string, unknown>>, bookId: string | undefined) => Promise<boolean>
  readonly onClose: () => void
}

export const ContactForm = ({ card, begin, books, onSave, onClose }: ContactFormProps) => {
  const { t } = useTranslation()
  const [draft, setDraft] = useState<CardDraft>(() =>
    card ? draftOf(card) : { ...emptyDraft, emails: [freshLine()], phones: [freshLine()], ...begin },
  )
  const [photo, setPhoto] = useState<string | null | undefined>()
  const own = card ? Object.keys(card.addressBookIds)[0] : undefined
  const [book, setBook] = useState(own ?? books.find(({ isDefault }) => isDefault)?.id ?? books[0]?.id ?? '')
  const [problem, setProblem] = useState('')
  const [isBusy, setBusy] = useState(false)
  const put = (part: Partial<CardDraft>) => setDraft((now) => ({ ...now, ...part }))
  const wrongNow = (): string => {
    const wrong = draft.emails.find(({ value }) => value.trim() !== '' && !isAddress(value.trim()))
    if (wrong) return t('contacts.badEmail', { email: wrong.value })
    const said = [
      draft.given,
      draft.surname,
      draft.organisation,
      ...draft.emails.map(({ value }) => value),
      ...draft.phones.map(({ value }) => value),
    ]
    return said.some((one) => one.trim() !== '') ? '' : t('contacts.needName')
  }
  const save = async () => {
    const wrong = wrongNow()
    setProblem(wrong)
    if (wrong !== '' || isBusy) return
    const patch = patchOf(draft, card)
    if (photo !== undefined) patch.media = photo === null ? null : { m1: { kind: 'photo', uri: photo } }
    const members = card ? patch : Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null))
    setBusy(true)
    const isDone = await onSave(members, book === own ? undefined : book)
    setBusy(false)
    if (isDone) onClose()
  }
  const line = (name: 'given' | 'surname' | 'organisation' | 'title', label: string) => (
    <Field
      label={label}
      value={draft[name]}
      maxLength={200}
      onChange={(value) => put({ [name]: value })}
      autoComplete="off"
    />
  )
  return (
    <Dialog
      title={card ? t('contacts.editTitle', { name: nameOf(card) || t('contacts.unnamed') }) : t('contacts.newTitle')}
      isOpen
      onClose={onClose}
      closeLabel={t('contacts.close')}
      wide
      footer={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button kind="primary" onPress={() => void save()}>
            {t('app.save')}
          </Button>
        </>
      }
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <div className={css.problem} role="alert">
          {problem}
        </div>
        <PhotoField
          card={card ?? { uid: '', name: { full: `${draft.given} ${draft.surname}`.trim() } }}
          value={photo}
          onChange={setPhoto}
        />
        <div className={css.pair}>
          {line('given', t('contacts.given'))}
          {line('surname', t('contacts.surname'))}
        </div>
        <Lines kind="emails" lines={draft.emails} onChange={(emails) => put({ emails })} />
        <Lines kind="phones" lines={draft.phones} onChange={(phones) => put({ phones })} />
        <div className={css.pair}>
          {line('organisation', t('contacts.organisation'))}
          {line('title', t('contacts.jobTitle'))}
        </div>
        <TextArea
          label={t('contacts.address')}
          value={draft.address}
          onChange={(address) => put({ address })}
          maxLength={1000}
        />
        <Field
          label={t('contacts.birthday')}
          type="date"
          value={draft.birthday}
          onChange={(birthday) => put({ birthday })}
        />
        <TextArea label={t('contacts.note')} value={draft.note} onChange={(note) => put({ note })} maxLength={5000} />
        {books.length > 1 ? (
          <Select label={t('contacts.book')} value={book} options={books} onChange={setBook} />
        ) : null}
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}
