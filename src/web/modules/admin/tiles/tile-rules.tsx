/** Who sees a service: rules to read and change, and how many people that makes, before anything is saved. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemLine, useProblemText } from '../../../shell/problem-text.ts'
import { kindName } from '../../../shell/profile-name.ts'
import type { Problem } from '../../../shell/request.ts'
import { useLoaded } from '../../../shell/use-loaded.ts'
import { Button } from '../../../ui/button.tsx'
import { Checks } from '../../../ui/checks.tsx'
import { Field } from '../../../ui/field.tsx'
import { Note } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { useWords } from '../../portal/tile-card.tsx'
import { useScope } from '../use-scope.ts'
import { useRuleSentence } from './rule-sentence.ts'
import {
  countReach,
  emptyRule,
  loadGroups,
  type Reach,
  type Rule,
  type Rules,
  type TileDraft,
} from './tile-requests.ts'
import css from './tiles.module.css'

const departments = ['25', '39', '70', '90'] as const
/** So many boxes are read at a glance; more are searched. */
const atOnce = 12
const COUNT_AFTER_MS = 350

type Part = { readonly rule: Rule; readonly onChange: (rule: Rule) => void }

const Schools = ({ rule, onChange }: Part) => {
  const { t } = useTranslation()
  const { schools } = useScope()
  const [typed, setTyped] = useState('')
  const wanted = typed.trim().toLocaleLowerCase()
  const fits = ({ uai, name }: { uai: string; name: string }) => `${name} ${uai}`.toLocaleLowerCase().includes(wanted)
  const chosen = rule.schools.map((uai) => ({ uai, name: schools.find((one) => one.uai === uai)?.name ?? uai }))
  const others = schools.filter((one) => !rule.schools.includes(one.uai) && fits(one)).slice(0, atOnce)
  const shown = schools.length > atOnce ? [...chosen, ...others] : schools
  return (
    <>
      {schools.length > atOnce ? (
        <Field label={t('tiles.rule.findSchool')} value={typed} onChange={setTyped} type="search" maxLength={60} />
      ) : null}
      <Checks
        label={t('tiles.rule.schools')}
        options={shown.map(({ uai, name }) => ({ id: uai, name: `${name} (${uai})` }))}
        value={rule.schools}
        onChange={(list) => onChange({ ...rule, schools: list })}
      />
    </>
  )
}

const uaiOf = (key: string): string => /^\d{7}[A-Z](?=:)/.exec(key)?.[0] ?? ''

/** Groups are those of one school at a time; what was chosen elsewhere stays, and can be taken off. */
const Groups = ({ rule, onChange }: Part) => {
  const { t } = useTranslation()
  const say = useWords()
  const { schools } = useScope()
  const [uai, setUai] = useState(() => uaiOf(rule.groups[0] ?? ''))
  const { value } = useLoaded(`groups ${uai}`, () =>
    uai === '' ? Promise.resolve({ kind: 'ok' as const, value: [] }) : loadGroups(uai),
  )
  const here = (value ?? []).map(({ key, name }) => ({ id: key, name: say(name) }))
  const elsewhere = rule.groups
    .filter((key) => !here.some(({ id }) => id === key))
    .map((key) => ({ id: key, name: decodeURIComponent(key) }))
  const options = [...elsewhere, ...here]
  return (
    <>
      <div className={css.narrow}>
        <Select
          label={t('tiles.rule.groupsOf')}
          value={uai}
          options={[
            { id: '', name: t('tiles.rule.noGroups') },
            ...schools.map((one) => ({ id: one.uai, name: one.name })),
          ]}
          onChange={setUai}
        />
      </div>
      {options.length === 0 ? null : (
        <Checks
          label={t('tiles.rule.groups')}
          options={options}
          value={rule.groups}
          onChange={(groups) => onChange({ ...rule, groups })}
        />
      )}
    </>
  )
}

const RuleBox = ({ name, rule, onChange, onRemove }: Part & { name: string; onRemove: () => void }) => {
  const { t } = useTranslation()
  const { kinds } = useScope()
  return (
    <fieldset className={css.rule}>
      <legend>{name}</legend>
      <Checks
        label={t('tiles.rule.profiles')}
        options={kinds.map((id) => ({ id, name: kindName(id, t) }))}
        value={rule.profiles}
        onChange={(profiles) => onChange({ ...rule, profiles })}
      />
      <Schools rule={rule} onChange={onChange} />
      <Checks
        label={t('tiles.rule.departments')}
        options={[...new Set([...departments, ...rule.departments])].map((id) => ({ id, name: id }))}
        value={rule.departments}
        onChange={(list) => onChange({ ...rule, departments: list })}
      />
      <Groups rule={rule} onChange={onChange} />
      <p>
        <Button kind="quiet" icon="trash" onPress={onRemove}>
          {t('tiles.rule.remove', { name })}
        </Button>
      </p>
    </fieldset>
  )
}

const isEmpty = (rule: Rule): boolean => Object.values(rule).every((values) => values.length === 0)

/** True while some rule says nothing yet: the server would refuse it. */
export const hasEmptyRule = ({ include, exclude }: Rules): boolean => [...include, ...exclude].some(isEmpty)

const Count = ({ draft }: { draft: Pick<TileDraft, 'rules' | 'partyId' | 'url'> }) => {
  const { t } = useTranslation()
  const sentence = useRuleSentence()
  const problemText = useProblemText()
  const [known, setKnown] = useState<Reach>()
  const [problem, setProblem] = useState<Problem>()
  const { rules, partyId, url } = draft
  const isUnfinished = hasEmptyRule(rules)
  const key = JSON.stringify([rules, partyId, url])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rules by their content
  useEffect(() => {
    if (isUnfinished) return
    let isGone = false
    const timer = setTimeout(async () => {
      const answer = await countReach({ rules, partyId, url })
      if (isGone) return
      setKnown(answer.kind === 'ok' ? answer.value : undefined)
      setProblem(answer.kind === 'ok' ? undefined : answer)
    }, COUNT_AFTER_MS)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [key])
  return (
    <div className={css.count}>
      <Note>
        {isUnfinished ? (
          <p>{t('tiles.rule.unfinished')}</p>
        ) : problem !== undefined ? (
          <p>{problemLine(problemText(problem))}</p>
        ) : known === undefined ? (
          <p>{t('tiles.counting')}</p>
        ) : (
          <>
            <p>
              <strong>{t('tiles.people', { count: known.count })}</strong>
            </p>
            <p>{sentence(known.words)}</p>
          </>
        )}
      </Note>
    </div>
  )
}

export const TileRules = ({
  draft,
  onChange,
}: {
  draft: Pick<TileDraft, 'rules' | 'partyId' | 'url'>
  onChange: (rules: Rules) => void
}) => {
  const { t } = useTranslation()
  const { include, exclude } = draft.rules
  const without = (rules: readonly Rule[], at: number) => rules.filter((_one, i) => i !== at)
  return (
    <>
      {include.length === 0 ? <p className={css.soft}>{t('tiles.rule.everybody')}</p> : null}
      {include.map((rule, at) => (
        <RuleBox
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name but their place
          key={`in${at}`}
          name={t('tiles.rule.to', { n: at + 1 })}
          rule={rule}
          onChange={(one) => onChange({ include: include.with(at, one), exclude })}
          onRemove={() => onChange({ include: without(include, at), exclude })}
        />
      ))}
      {exclude.map((rule, at) => (
        <RuleBox
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name but their place
          key={`out${at}`}
          name={t('tiles.rule.except', { n: at + 1 })}
          rule={rule}
          onChange={(one) => onChange({ include, exclude: exclude.with(at, one) })}
          onRemove={() => onChange({ include, exclude: without(exclude, at) })}
        />
      ))}
      <p className={css.actions}>
        <Button icon="plus" onPress={() => onChange({ include: [...include, emptyRule], exclude })}>
          {t('tiles.rule.add')}
        </Button>
        <Button icon="minus" onPress={() => onChange({ include, exclude: [...exclude, emptyRule] })}>
          {t('tiles.rule.addExcept')}
        </Button>
      </p>
      <Count draft={draft} />
    </>
  )
}
