/** The sheet of keyboard shortcuts (key ?). */
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { helpOpen } from './open-parts.ts'
import { preferences, setPreferences } from './preferences.ts'
import css from './shortcut-sheet.module.css'
import { type Shortcut, shortcutGroups } from './shortcuts.data.ts'
import { useLive } from './value.ts'

/** The caps to press, one after the other or together, in the page's language. */
export const keyCaps = ({ keys, named }: Shortcut, t: TFunction): readonly string[] => {
  switch (named) {
    case 'enter':
      return [t('keys.enter')]
    case 'esc':
      return [t('keys.esc')]
    case 'shiftDown':
      return [t('keys.shift'), '↓']
    case 'ctrlEnter':
      return [t('keys.ctrl'), t('keys.enter')]
    case 'ctrlK':
      return [t('keys.ctrl'), 'K']
    default:
      return keys.split(' ')
  }
}

export const ShortcutSheet = () => {
  const { t } = useTranslation()
  const { letterKeys } = useLive(preferences)
  return (
    <Dialog title={t('keys.title')} isOpen wide isText onClose={() => helpOpen.set(false)} closeLabel={t('app.close')}>
      {letterKeys ? null : (
        <p className={css.off}>
          {t('keys.off')}{' '}
          <Button kind="quiet" onPress={() => setPreferences({ letterKeys: true })}>
            {t('keys.turnOn')}
          </Button>
        </p>
      )}
      <div className={css.groups}>
        {shortcutGroups.map((group) => (
          <section key={group.title}>
            <h3 className={css.title}>{String(t(group.title))}</h3>
            <dl>
              {group.shortcuts.map((shortcut) => (
                <div key={shortcut.keys} className={css.line}>
                  <dt>
                    {keyCaps(shortcut, t).map((cap) => (
                      <kbd key={cap} className={css.key}>
                        {cap}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{String(t(shortcut.text))}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
