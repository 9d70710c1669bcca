/** The scripts behind the rules, for those who write Sieve: which one is active, and its text. */
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../shell/confirm.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import type { Script, Scripts } from './requests.ts'
import css from './rules.module.css'
import type { Rules } from './use-rules.ts'

const Text = ({ rules, text }: { rules: Rules; text: string }) => {
  const { t } = useTranslation()
  const id = useId()
  const [wanted, setWanted] = useState(text)
  const before = useRef(text)
  // What somebody is writing is not overwritten by what was saved beside it.
  useEffect(() => {
    setWanted((now) => (now === before.current ? text : now))
    before.current = text
  }, [text])
  return (
    <div className={css.form}>
      <label className={css.label} htmlFor={id}>
        {t('rules.scripts.source')}
      </label>
      <textarea
        id={id}
        className={css.source}
        rows={14}
        spellCheck={false}
        autoCapitalize="none"
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      <p>
        <Button
          isDisabled={rules.busy || wanted === text}
          onPress={() => void rules.keepText(wanted, t('rules.saved'))}
        >
          {t('rules.scripts.save')}
        </Button>
      </p>
    </div>
  )
}

export const ScriptsSection = ({ rules, scripts }: { rules: Rules; scripts: Scripts }) => {
  const { t } = useTranslation()
  const remove = async ({ id, name }: Script) => {
    const question = {
      title: t('rules.scripts.removeAsk', { name }),
      body: t('rules.scripts.removeBody'),
      action: t('rules.remove'),
      danger: true,
    }
    if (await confirm(question)) await rules.remove(id)
  }
  return (
    <Section id="scripts" title={t('rules.scripts.title')} intro={t('rules.scripts.intro')}>
      {scripts.list.length === 0 ? null : (
        <Items>
          {scripts.list.map((script) => (
            <Item key={script.id} title={script.name} tag={script.isActive ? t('rules.scripts.active') : ''}>
              <Button
                kind="quiet"
                isDisabled={rules.busy}
                aria-label={`${t(script.isActive ? 'rules.scripts.deactivate' : 'rules.scripts.activate')} ${script.name}`}
                onPress={() => void rules.activate(script.isActive ? undefined : script.id)}
              >
                {t(script.isActive ? 'rules.scripts.deactivate' : 'rules.scripts.activate')}
              </Button>
              {script.isActive ? null : (
                <IconButton
                  icon="trash"
                  label={t('rules.scripts.remove', { name: script.name })}
                  isDisabled={rules.busy}
                  onPress={() => void remove(script)}
                />
              )}
            </Item>
          ))}
        </Items>
      )}
      <details className={css.details}>
        <summary>{t('rules.scripts.show')}</summary>
        <Text rules={rules} text={scripts.text} />
      </details>
    </Section>
  )
}
