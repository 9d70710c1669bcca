/** The rich text of a message (Tiptap), and the buttons that format it. */
import { type Editor, EditorContent, useEditor, useEditorState } from '@tiptap/react'
import StarterKit from '@tiptap/starter-kit'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../ui/button.tsx'
import type { IconName } from '../../../ui/icon.tsx'
import css from './editor.module.css'
import { markParts } from './editor-marks.ts'
import { inlineImage, Signature } from './editor-nodes.ts'
import { tableParts } from './editor-table.ts'
import { FormatMenus } from './format-menus.tsx'

const base = [
  StarterKit.configure({
    heading: false,
    horizontalRule: false,
    // One line is one line for whoever reads it too: a paragraph's own margins would put a blank one between.
    paragraph: { HTMLAttributes: { style: 'margin:0' } },
    // Nothing is written under the signature.
    trailingNode: { notAfter: ['signature'] },
    link: {
      openOnClick: false,
      autolink: true,
      protocols: ['http', 'https', 'mailto'],
      HTMLAttributes: { rel: 'noopener noreferrer' },
    },
  }),
  ...markParts,
  ...tableParts,
]

/** Makes the editor; its change is told, its content read with `getHTML()`. `resolve`: where a picture of the text is. */
export const useMessageEditor = (
  html: string,
  onChange: () => void,
  autoFocus: boolean,
  resolve: (cid: string) => string | undefined,
  label?: string,
): Editor => {
  const { t, i18n } = useTranslation()
  const [extensions] = useState(() => [...base, Signature, inlineImage(resolve)])
  return useEditor({
    extensions,
    content: html,
    injectCSS: false,
    autofocus: autoFocus ? 'start' : false,
    onUpdate: onChange,
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label ?? t('compose.body'),
        spellcheck: 'true',
        // The browser checks the spelling in this language.
        lang: i18n.language,
      },
    },
  })
}

interface Mark {
  readonly name: string
  readonly icon: IconName
  readonly shortcut?: string
  readonly label: string
  readonly run: () => void
}

const LinkForm = ({ editor, onClose }: { editor: Editor; onClose: () => void }) => {
  const { t } = useTranslation()
  const [href, setHref] = useState<string>(String(editor.getAttributes('link').href ?? ''))
  const apply = () => {
    const clean = href.trim()
    const chain = editor.chain().focus().extendMarkRange('link')
    if (clean === '') chain.unsetLink().run()
    else {
      const full = /^(https?:|mailto:)/i.test(clean) ? clean : `https://${clean}`
      if (editor.state.selection.empty && !editor.isActive('link'))
        chain.insertContent({ type: 'text', text: clean, marks: [{ type: 'link', attrs: { href: full } }] }).run()
      else chain.setLink({ href: full }).run()
    }
    onClose()
  }
  return (
    <div className={css.link}>
      <input
        className={css.linkInput}
        type="url"
        aria-label={t('compose.linkAddress')}
        placeholder="https://"
        value={href}
        // biome-ignore lint/a11y/noAutofocus: opened to type here
        autoFocus
        onChange={(event) => setHref(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault()
            apply()
          } else if (event.key === 'Escape') {
            event.stopPropagation()
            onClose()
          }
        }}
      />
      <IconButton icon="check" label={t('app.save')} onPress={apply} />
    </div>
  )
}

export const FormatBar = ({ editor }: { editor: Editor }) => {
  const { t } = useTranslation()
  const [linking, setLinking] = useState(false)
  const active = useEditorState({
    editor,
    selector: ({ editor: now }) =>
      ['bold', 'italic', 'underline', 'bulletList', 'orderedList', 'link']
        .filter((name) => now.isActive(name))
        .join(' '),
  })
  const on = new Set(active.split(' '))
  const chain = () => editor.chain().focus()
  const marks: readonly Mark[] = [
    { name: 'bold', icon: 'bold', shortcut: 'Ctrl B', label: t('compose.bold'), run: () => chain().toggleBold().run() },
    {
      name: 'italic',
      icon: 'italic',
      shortcut: 'Ctrl I',
      label: t('compose.italic'),
      run: () => chain().toggleItalic().run(),
    },
    {
      name: 'underline',
      icon: 'underline',
      shortcut: 'Ctrl U',
      label: t('compose.underline'),
      run: () => chain().toggleUnderline().run(),
    },
    { name: 'bulletList', icon: 'bullets', label: t('compose.bullets'), run: () => chain().toggleBulletList().run() },
    { name: 'orderedList', icon: 'numbers', label: t('compose.numbers'), run: () => chain().toggleOrderedList().run() },
    { name: 'link', icon: 'link', label: t('compose.link'), run: () => setLinking(true) },
  ]
  return (
    <div className={css.bar} role="toolbar" aria-label={t('compose.format')}>
      {linking ? (
        <LinkForm editor={editor} onClose={() => setLinking(false)} />
      ) : (
        <>
          {marks.map((mark) => (
            <IconButton
              key={mark.name}
              icon={mark.icon}
              size={18}
              label={mark.label}
              shortcut={mark.shortcut}
              className={css.mark}
              aria-pressed={on.has(mark.name)}
              onPress={mark.run}
            />
          ))}
          <FormatMenus editor={editor} />
        </>
      )}
    </div>
  )
}

/** The same place for plain text. */
export const PlainBody = ({
  text,
  placeholder,
  onChange,
}: {
  text: string
  placeholder: string
  onChange: (text: string) => void
}) => {
  const { t, i18n } = useTranslation()
  return (
    <textarea
      className={css.plain}
      aria-label={t('compose.body')}
      placeholder={placeholder}
      spellCheck
      lang={i18n.language}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

export const EditorBody = ({ editor, placeholder }: { editor: Editor; placeholder: string }) => {
  const isEmpty = useEditorState({ editor, selector: ({ editor: now }) => now.isEmpty })
  return (
    <div className={css.body} data-empty={isEmpty || undefined} data-placeholder={placeholder}>
      <EditorContent editor={editor} />
    </div>
  )
}
