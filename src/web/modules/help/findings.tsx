/** What the checks found: troubles one by one with what may be done, what is well in one line each. */
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import css from './help.module.css'
import type { Finding } from './requests.ts'

const One = ({ finding, onRepair }: { finding: Finding; onRepair?: (repair: string, target: number) => void }) => {
  const { t, i18n } = useTranslation()
  const root = i18n.language === 'en' ? '/help' : '/aide'
  return (
    <li className={css.finding} data-verdict={finding.verdict}>
      <div className={css.head}>
        <h3>{finding.title}</h3>
        <span className={css.verdict}>{t(`support.diagnose.verdict.${finding.verdict}`)}</span>
      </div>
      <p>{finding.text}</p>
      {finding.lines.length === 0 ? null : (
        <ul className={css.lines}>
          {finding.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {finding.repairs.length === 0 && finding.guide === '' ? null : (
        <div className={css.buttons}>
          {onRepair
            ? finding.repairs.map(({ repair, target, label }) => (
                <Button key={`${repair} ${target}`} onPress={() => onRepair(repair, target)}>
                  {label}
                </Button>
              ))
            : null}
          {finding.guide === '' ? null : <a href={`${root}/${finding.guide}`}>{t('support.diagnose.guide')}</a>}
        </div>
      )}
    </li>
  )
}

export const Findings = ({
  findings,
  onRepair,
}: {
  findings: readonly Finding[]
  /** Absent for helpers: repairs are the person's. */
  onRepair?: (repair: string, target: number) => void
}) => {
  const { t } = useTranslation()
  const troubles = findings.filter(({ verdict }) => verdict !== 'good')
  const good = findings.filter(({ verdict }) => verdict === 'good')
  return (
    <>
      {troubles.length === 0 ? (
        <p role="status">
          <strong>{t('support.diagnose.allGood')}</strong>
        </p>
      ) : (
        <ul className={css.findings}>
          {troubles.map((one) => (
            <One key={one.id} finding={one} {...(onRepair ? { onRepair } : {})} />
          ))}
        </ul>
      )}
      {good.length === 0 ? null : (
        <details>
          <summary>{t('support.diagnose.good')}</summary>
          <ul className={css.lines}>
            {good.map((one) => (
              <li key={one.id}>
                <strong>{one.title}</strong> : {one.text}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}
