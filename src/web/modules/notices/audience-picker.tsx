/** Whom it is for: rules that read as a sentence, and how many people that is, before anything is sent. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemLine, useProblemText } from '../../shell/problem-text.ts'
import { kindName } from '../../shell/profile-name.ts'
import type { Problem } from '../../shell/request.ts'
import { useLoaded } from '../../shell/use-loaded.ts'
import { Button } from '../../ui/button.tsx'
import { Checks } from '../../ui/checks.tsx'
import { Field } from '../../ui/field.tsx'
import { inLanguage } from './notice-view.tsx'
import css from './notices.module.css'
import {
  type Audience,
  countPeople,
  emptyRule,
  type FoundPerson,
  findPeople,
  loadChoices,
  type Reach,
  type Rule,
} from './requests.ts'

const kinds = ['teacher', 'head', 'school-life', 'administrative', 'technical', 'pupil', 'parent', 'academy'] as const
const departments = ['25', '39', '70', '90'] as const

const COUNT_AFTER_MS = 350

const Inside = ({ uai, rule, onChange }: { uai: string; rule: Rule; onChange: (rule: Rule) => void }) => {
  const { t, i18n } = useTranslation()
  const { value } = useLoaded(`audience ${uai}`, () => loadChoices(uai))
  if (!value) return null
  return (
    <>
      {value.classes.length === 0 ? null : (
        <Checks
          label={t('notices.rule.classes')}
          options={value.classes.map((name) => ({ id: `${uai}:${name}`, name }))}
          value={rule.classes}
          onChange={(classes) => onChange({ ...rule, classes })}
        />
      )}
      {value.disciplines.length === 0 ? null : (
        <Checks
          label={t('notices.rule.disciplines')}
          options={value.disciplines.map((name) => ({ id: name, name }))}
          value={rule.disciplines}
          onChange={(disciplines) => onChange({ ...rule, disciplines })}
        />
      )}
      {value.groups.length === 0 ? null : (
        <Checks
          label={t('notices.rule.groups')}
          options={value.groups.map(({ key, name }) => ({ id: key, name: inLanguage(name, i18n.language) }))}
          value={rule.groups}
          onChange={(groups) => onChange({ ...rule, groups })}
        />
      )}
    </>
  )
}

const Persons = ({ rule, onChange }: { rule: Rule; onChange: (rule: Rule) => void }) => {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<readonly FoundPerson[]>([])
  const [names, setNames] = useState<ReadonlyMap<number, string>>(new Map())
  useEffect(() => {
    if (typed.trim().length < 2) {
      setFound([])
      return
    }
    const timer = setTimeout(async () => {
      const answer = await findPeople(typed.trim())
      setFound(answer.kind === 'ok' ? answer.value : [])
    }, COUNT_AFTER_MS)
    return () => clearTimeout(timer)
  }, [typed])
  const shown = [
    ...rule.persons.map((id) => ({ id: String(id), name: names.get(id) ?? t('notices.rule.person', { id }) })),
    ...found
      .filter(({ id }) => !rule.persons.includes(id))
      .map(({ id, name, login }) => ({ id: String(id), name: `${name} (${login})` })),
  ]
  return (
    <>
      <Field
        label={t('notices.rule.persons')}
        value={typed}
        onChange={setTyped}
        type="search"
        autoComplete="off"
        maxLength={100}
      />
      {shown.length === 0 ? null : (
        <Checks
          label={t('notices.rule.chosen')}
          options={shown}
          value={rule.persons.map(String)}
          onChange={(ids) => {
            setNames(new Map([...names, ...found.map(({ id, name }) => [id, name] as const)]))
            onChange({ ...rule, persons: ids.map(Number) })
          }}
        />
      )}
    </>
  )
}

const RuleBox = ({
  name,
  rule,
  reach,
  onChange,
  onRemove,
}: {
  name: string
  rule: Rule
  reach: Reach
  onChange: (rule: Rule) => void
  onRemove: (() => void) | undefined
}) => {
  const { t } = useTranslation()
  const [only] = rule.schools
  return (
    <fieldset className={css.rule}>
      <legend>{name}</legend>
      <Checks
        label={t('notices.rule.profiles')}
        options={kinds.map((id) => ({ id, name: kindName(id, t) }))}
        value={rule.profiles}
        onChange={(profiles) => onChange({ ...rule, profiles })}
      />
      <Checks
        label={t('notices.rule.schools')}
        options={reach.schools.map(({ uai, name: school, city }) => ({
          id: uai,
          name: city === '' ? school : `${school} (${city})`,
        }))}
        value={rule.schools}
        onChange={(schools) => onChange({ ...rule, schools, classes: [], groups: [], disciplines: [] })}
      />
      {reach.everywhere ? (
        <Checks
          label={t('notices.rule.departments')}
          options={departments.map((id) => ({ id, name: id }))}
          value={rule.departments}
          onChange={(chosen) => onChange({ ...rule, departments: chosen })}
        />
      ) : null}
      {only !== undefined && rule.schools.length === 1 ? <Inside uai={only} rule={rule} onChange={onChange} /> : null}
      <Persons rule={rule} onChange={onChange} />
      {onRemove === undefined ? null : (
        <Button kind="quiet" icon="trash" onPress={onRemove}>
          {t('notices.rule.remove', { name })}
        </Button>
      )}
    </fieldset>
  )
}

const Count = ({ audience }: { audience: Audience }) => {
  const { t, i18n } = useTranslation()
  const problemText = useProblemText()
  const [known, setKnown] = useState<{ count: number; words: string } | undefined>(undefined)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const key = JSON.stringify(audience)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the audience by its content
  useEffect(() => {
    let isGone = false
    const timer = setTimeout(async () => {
      const answer = await countPeople(audience)
      if (isGone) return
      if (answer.kind === 'ok')
        setKnown({ count: answer.value.count, words: inLanguage(answer.value.words, i18n.language) })
      else setKnown(undefined)
      setProblem(answer.kind === 'ok' ? undefined : answer)
    }, COUNT_AFTER_MS)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [key, i18n.language])
  return (
    <div className={css.count} role="status">
      {problem !== undefined ? (
        <p>{problemLine(problemText(problem))}</p>
      ) : known === undefined ? (
        <p>{t('notices.counting')}</p>
      ) : (
        <>
          <p>
            <strong>{t('notices.people', { count: known.count })}</strong>
          </p>
          <p>{known.words}</p>
        </>
      )}
    </div>
  )
}

const without = (rules: readonly Rule[], at: number): Rule[] => rules.filter((_one, i) => i !== at)
const put = (rules: readonly Rule[], at: number, rule: Rule): Rule[] => rules.map((one, i) => (i === at ? rule : one))

export const AudiencePicker = ({
  audience,
  reach,
  onChange,
}: {
  audience: Audience
  reach: Reach
  onChange: (audience: Audience) => void
}) => {
  const { t } = useTranslation()
  const { include, exclude } = audience
  const fresh: Rule = { ...emptyRule, schools: reach.schools.length === 1 ? [reach.schools[0]?.uai ?? ''] : [] }
  return (
    <div className={css.form}>
      {include.map((rule, i) => (
        <RuleBox
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name but their place
          key={`in${i}`}
          name={t('notices.rule.to', { n: i + 1 })}
          rule={rule}
          reach={reach}
          onChange={(changed) => onChange({ include: put(include, i, changed), exclude })}
          onRemove={include.length > 1 ? () => onChange({ include: without(include, i), exclude }) : undefined}
        />
      ))}
      {exclude.map((rule, i) => (
        <RuleBox
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name but their place
          key={`out${i}`}
          name={t('notices.rule.except', { n: i + 1 })}
          rule={rule}
          reach={reach}
          onChange={(changed) => onChange({ include, exclude: put(exclude, i, changed) })}
          onRemove={() => onChange({ include, exclude: without(exclude, i) })}
        />
      ))}
      <div className={css.actions}>
        <Button icon="plus" onPress={() => onChange({ include: [...include, fresh], exclude })}>
          {t('notices.rule.add')}
        </Button>
        <Button icon="minus" onPress={() => onChange({ include, exclude: [...exclude, fresh] })}>
          {t('notices.rule.addExcept')}
        </Button>
      </div>
      <Count audience={audience} />
    </div>
  )
}
