/** The sheet of keyboard shortcuts (key ?). */
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/dialog.tsx'
import { helpOpen } from './open-parts.ts'
import css from './shortcut-sheet.module.css'

export const ShortcutSheet = () => {
  const { t } = useTranslation()
  const groups: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
    {
      title: t('keys.moving'),
      keys: [
        ['J', t('keys.next')],
        ['K', t('keys.prev')],
        [t('keys.enter'), t('keys.open')],
        [t('keys.esc'), t('keys.close')],
        ['/', t('keys.search')],
        ['G I', t('keys.goInbox')],
        ['?', t('keys.help')],
      ],
    },
    {
      title: t('keys.acting'),
      keys: [
        ['E', t('action.archive')],
        ['#', t('action.trash')],
        ['V', t('action.move')],
        ['S', t('action.flag')],
        ['U', t('action.markUnread')],
        ['!', t('action.junk')],
        ['X', t('keys.select')],
        [`${t('keys.shift')} ↓`, t('keys.selectRange')],
        ['Z', t('keys.undo')],
      ],
    },
    {
      title: t('keys.writing'),
      keys: [
        ['C', t('action.compose')],
        ['R', t('action.reply')],
        ['A', t('action.replyAll')],
        ['F', t('action.forward')],
        [`${t('keys.ctrl')} ${t('keys.enter')}`, t('keys.send')],
      ],
    },
  ]
  return (
    <Dialog title={t('keys.title')} isOpen wide onClose={() => helpOpen.set(false)} closeLabel={t('app.close')}>
      <div className={css.groups}>
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className={css.title}>{group.title}</h3>
            <dl>
              {group.keys.map(([key, what]) => (
                <div key={key} className={css.line}>
                  <dt>
                    {key.split(' ').map((part) => (
                      <kbd key={part} className={css.key}>
                        {part}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
