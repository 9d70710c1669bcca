/** What was saved of a text of the administration, newest first; an earlier one is brought back into the form. */
import { useTranslation } from 'react-i18next'
import { type Answer, type Body, momentOf, numberOr, records, text } from '../../shell/request.ts'
import { useAct } from '../../shell/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Item, Items, Section } from '../../ui/page.tsx'
import { useWhen } from '../account/use-when.ts'

export interface Version {
  readonly version: number
  readonly author: string
  readonly at: number | undefined
  /** It was removed, or became the program's own again. */
  readonly isEnd: boolean
}

/** The versions that an answer names. */
export const versionsIn = (answer: Body): readonly Version[] =>
  records(answer.versions).map((one) => ({
    version: numberOr(one.version, 0),
    author: text(one.author),
    at: momentOf(one.at),
    isEnd: one.isEnd === true,
  }))

export const Versions = <Draft,>({
  id,
  versions,
  load,
  told,
  onBring,
}: {
  /** Of the section. */
  id: string
  versions: readonly Version[]
  load: (version: number) => Promise<Answer<Draft>>
  /** What is said once a version is in the form. */
  told: (version: number) => string
  onBring: (draft: Draft) => void
}) => {
  const { t } = useTranslation()
  const when = useWhen()
  const act = useAct()
  if (versions.length === 0) return null
  const bring = async (version: number) => {
    const found = await act.run(() => load(version), told(version))
    if (found !== undefined) onBring(found.value)
  }
  return (
    <Section id={id} title={t('guides.versions')}>
      <Items>
        {versions.map(({ version, author, at, isEnd }) => (
          <Item
            key={version}
            title={t(isEnd ? 'guides.versionEnd' : 'guides.version', { version })}
            more={[author, at === undefined ? '' : when(at)].filter(Boolean).join(' · ')}
          >
            {isEnd ? undefined : (
              <Button aria-label={t('guides.bringOf', { version })} onPress={() => void bring(version)}>
                {t('guides.bring')}
              </Button>
            )}
          </Item>
        ))}
      </Items>
    </Section>
  )
}
