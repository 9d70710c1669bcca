/** Under which names one writes, and how one signs. */

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Identity, MailClient } from '../../data/index.ts'
import { useClient } from '../../shell/client.tsx'
import { confirm } from '../../shell/confirm.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { EditorBody, FormatBar, useMessageEditor } from '../mail/compose/editor.tsx'
import { htmlToText } from '../mail/compose/html-text.ts'
import { textToHtml } from '../mail/compose/text-html.ts'
import css from './settings-screen.module.css'

const noPicture = () => undefined

/** The signature as rich text; its plain form follows it unless that was written by hand. */
const SignatureEditor = ({ html, onChange }: { html: string; onChange: (html: string) => void }) => {
  const { t } = useTranslation()
  const editor = useMessageEditor(html, () => onChange(editor.getHTML()), false, noPicture, t('settings.signature'))
  return (
    <div>
      <span className={css.label}>{t('settings.signature')}</span>
      <FormatBar editor={editor} />
      <div className={css.editor}>
        <EditorBody editor={editor} placeholder={t('settings.signatureHint')} />
      </div>
    </div>
  )
}

const htmlOf = (identity: Identity): string =>
  identity.htmlSignature || (identity.textSignature ? textToHtml(identity.textSignature) : '')

const IdentityForm = ({ identity, onRemove }: { identity: Identity; onRemove: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const [name, setName] = useState(identity.name)
  const [html, setHtml] = useState(() => htmlOf(identity))
  const [text, setText] = useState(identity.textSignature)
  const [busy, setBusy] = useState(false)
  const isChanged = name !== identity.name || html !== htmlOf(identity) || text !== identity.textSignature
  const save = async () => {
    setBusy(true)
    const isEmpty = htmlToText(html).trim() === ''
    try {
      await client.updateIdentity(identity.id, {
        name: name.trim(),
        textSignature: text.trim(),
        htmlSignature: isEmpty ? '' : html,
      })
      toast(t('done.saved'), { ms: 3000 })
    } catch {
      toast(t('problem.changeRefused'), { tone: 'problem' })
    }
    setBusy(false)
  }
  return (
    <form
      className={css.card}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div className={css.stack}>
        <p className={css.cardTitle}>{identity.email}</p>
        <Field label={t('settings.name')} value={name} onChange={setName} maxLength={200} />
        <SignatureEditor
          html={html}
          onChange={(next) => {
            if (htmlToText(html).trim() === text.trim()) setText(htmlToText(next).trim())
            setHtml(next)
          }}
        />
        <TextArea label={t('compose.identity.plain')} value={text} maxLength={5000} onChange={setText} />
        <p className={css.actions}>
          <Button kind="primary" type="submit" isDisabled={!isChanged || busy}>
            {t('app.save')}
          </Button>
          {identity.mayDelete ? (
            <IconButton
              icon="trash"
              label={t('compose.identity.remove', { email: identity.email })}
              onPress={onRemove}
            />
          ) : null}
        </p>
      </div>
    </form>
  )
}

const setIdentities = async (client: MailClient, args: Readonly<Record<string, unknown>>) => {
  const accountId = client.session.get()?.accountId ?? ''
  const [answer] = await client.side.send([{ name: 'Identity/set', args: { accountId, ...args } }], { write: true })
  if (!answer?.ok) throw new Error(answer?.type ?? 'no answer')
  return answer.args
}

const NewIdentity = ({ client }: { client: MailClient }) => {
  const { t } = useTranslation()
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [note, setNote] = useState<string>()
  const add = async () => {
    try {
      const { created } = await setIdentities(client, { create: { i: { email: email.trim(), name: name.trim() } } })
      if (!(created as { i?: object } | null)?.i) {
        setNote(t('compose.identity.notYours'))
        return
      }
      setEmail('')
      setName('')
      setNote(undefined)
      toast(t('done.saved'), { ms: 3000 })
    } catch {
      toast(t('problem.changeRefused'), { tone: 'problem' })
    }
  }
  return (
    <form
      className={css.card}
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <div className={css.stack}>
        <p className={css.cardTitle}>{t('compose.identity.add')}</p>
        <p className={css.intro}>{t('compose.identity.addHelp')}</p>
        <Field
          label={t('compose.identity.address')}
          type="email"
          value={email}
          onChange={setEmail}
          maxLength={320}
          note={note}
        />
        <Field label={t('settings.name')} value={name} onChange={setName} maxLength={200} />
        <p>
          <Button type="submit" isDisabled={email.trim() === ''}>
            {t('compose.identity.add')}
          </Button>
        </p>
      </div>
    </form>
  )
}

export const IdentitySection = () => {
  const { t } = useTranslation()
  const client = useClient()
  const identities = useLive(client.identities) ?? []
  const remove = async ({ id }: Identity) => {
    const question = {
      title: t('compose.identity.removeTitle'),
      body: t('compose.identity.removeBody'),
      action: t('compose.identity.removeGo'),
      danger: true,
    }
    if (!(await confirm(question))) return
    try {
      await setIdentities(client, { destroy: [id] })
    } catch {
      toast(t('problem.changeRefused'), { tone: 'problem' })
    }
  }
  return (
    <section className={css.section} aria-labelledby="identities">
      <h2 className={css.heading} id="identities">
        {t('settings.identities')}
      </h2>
      {identities.map((identity) => (
        <IdentityForm key={identity.id} identity={identity} onRemove={() => void remove(identity)} />
      ))}
      <NewIdentity client={client} />
    </section>
  )
}
