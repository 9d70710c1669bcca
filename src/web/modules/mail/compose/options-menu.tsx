/** What a message may have besides: plain text, a receipt, templates. */

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { escapeHtml } from '#format/html/escape.ts'
import { useClient } from '../../../shell/client.tsx'
import { confirm } from '../../../shell/confirm.tsx'
import { useLive } from '../../../shell/value.ts'
import { IconButton } from '../../../ui/button.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { type ComposeState, ownText } from './compose-state.ts'
import { dayOf } from './day.ts'
import { htmlToText } from './html-text.ts'
import { resignText, SIGNATURE_CLASS } from './signature.ts'
import { fillTemplate } from './template-text.ts'
import type { Template } from './templates.ts'
import { TemplatesDialog } from './templates-dialog.tsx'
import { textToHtml } from './text-html.ts'
import type { Composition } from './use-composition.ts'

const withoutSignature = (html: string): string => {
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const one of page.querySelectorAll(`.${SIGNATURE_CLASS}`)) one.remove()
  return page.body.innerHTML
}

/** Something that plain text cannot say. */
const isFormatted = (html: string): boolean =>
  /<(?:strong|em|u|s|b|i|img|a|ul|ol|blockquote|code|pre|table|h[1-3]|mark|span)\b/i.test(html)

export const OptionsMenu = ({ composition }: { composition: Composition }) => {
  const { t, i18n } = useTranslation()
  const { fields, read, edit, write, editor } = composition
  const client = useClient()
  const identities = useLive(client.identities) ?? []
  const identity = identities.find(({ id }) => id === fields.identityId) ?? identities[0]
  const [templates, setTemplates] = useState(false)

  const toPlain = async (state: ComposeState) => {
    const question = {
      title: t('compose.plainTitle'),
      body: t('compose.plainBody'),
      action: t('compose.plainGo'),
      cancel: t('compose.goBack'),
    }
    const own = withoutSignature(state.html)
    if (isFormatted(own) && !(await confirm(question))) return
    edit({ plain: resignText(htmlToText(own), identity) })
  }
  const toRich = (state: ComposeState) => {
    const [text = '', signature] = (state.plain ?? '').split(/^-- \n/m)
    const signed =
      signature === undefined ? '' : `<div class="${SIGNATURE_CLASS}">${textToHtml(signature.trim())}</div>`
    edit({ plain: undefined })
    write(`${textToHtml(text.trimEnd())}${signed}`)
  }
  const insert = (template: Template) => {
    setTemplates(false)
    const state = read()
    const filling = {
      name: state.to[0]?.name ?? null,
      me: identity?.name ?? '',
      date: dayOf(Date.now(), i18n.language),
    }
    if (state.subject.trim() === '') edit({ subject: fillTemplate(template.subject, filling) })
    if (state.plain === undefined) {
      const safe = { ...filling, name: filling.name && escapeHtml(filling.name), me: escapeHtml(filling.me) }
      editor.chain().focus().insertContent(fillTemplate(template.html, safe)).run()
    } else edit({ plain: `${fillTemplate(htmlToText(template.html), filling)}\n${state.plain}` })
  }
  const isPlain = fields.plain !== undefined
  return (
    <>
      <Menu
        label={t('compose.options')}
        trigger={<IconButton icon="more" label={t('compose.options')} />}
        entries={[
          {
            id: 'mode',
            label: isPlain ? t('compose.richMode') : t('compose.plainMode'),
            icon: 'source',
            onAction: () => {
              const state = read()
              if (isPlain) toRich(state)
              else void toPlain(state)
            },
          },
          {
            id: 'receipt',
            label: t('compose.receipt'),
            icon: 'eye',
            checked: fields.receipt,
            onAction: () => edit({ receipt: !read().receipt }),
          },
          {
            id: 'templates',
            label: t('compose.templates'),
            icon: 'copy',
            apart: true,
            onAction: () => setTemplates(true),
          },
        ]}
      />
      {templates ? (
        <TemplatesDialog
          subject={fields.subject}
          html={fields.plain === undefined ? withoutSignature(read().html) : textToHtml(ownText(read()))}
          onInsert={insert}
          onClose={() => setTemplates(false)}
        />
      ) : null}
    </>
  )
}
