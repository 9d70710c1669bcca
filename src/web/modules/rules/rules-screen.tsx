/** The rules of the account, in the order in which they apply. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  findPiece,
  insertRule,
  movePiece,
  type Piece,
  type RuleBook,
  removePiece,
  replaceRule,
} from '#format/sieve/rules/book.ts'
import type { Rule } from '#format/sieve/rules/rule.ts'
import { useMailboxes } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { screenTitle } from '../../shell/use-title.ts'
import { useLive } from '../../shell/value.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { Note, Page, Section } from '../../ui/page.tsx'
import { organised } from '../mail/organise/organised.ts'
import { useOrganised } from '../mail/organise/use-organised.ts'
import { ApplyDialog } from './apply-dialog.tsx'
import { draftRule, newRule, type RuleDraft } from './draft.ts'
import { useLikeMessage } from './like-message.ts'
import { RuleForm } from './rule-form.tsx'
import css from './rules.module.css'
import { ScriptsSection } from './scripts-section.tsx'
import { type Rules, useRules } from './use-rules.ts'
import { placesOf, sentencesOf } from './words.ts'

/** What is shown of a book: what may be moved, by its place there. */
const shownOf = (book: RuleBook): { piece: Piece; at: number }[] =>
  book.map((piece, at) => ({ piece, at })).filter(({ piece }) => piece.kind === 'rule' || piece.kind === 'code')

/** The rule that is open in the form: of a piece, which was at `at`, or a new one. */
type Open = { readonly from: { readonly piece: Piece; readonly at: number } | undefined; readonly draft: RuleDraft }

interface RowProps {
  readonly rules: Rules
  readonly book: RuleBook
  readonly place: number
  readonly shown: readonly { piece: Piece; at: number }[]
  readonly onOpen: (open: Open) => void
  readonly onApply: (rule: Rule) => void
}

const useEntries = ({
  rules,
  book,
  place,
  shown,
  onOpen,
  onApply,
}: RowProps): { name: string; entries: MenuEntry[] } => {
  const { t } = useTranslation()
  const places = placesOf(useMailboxes())
  const { piece, at } = shown[place] as { piece: Piece; at: number }
  const { rule } = piece
  const name = rule ? rule.name || t('rules.unnamed') : t('rules.code')
  const moveTo = (to: number) => {
    const target = shown[to]?.at
    if (target !== undefined)
      void rules.keep(movePiece(book, at, target), t('rules.moved', { name, place: to + 1, count: shown.length }))
  }
  const ofRule: MenuEntry[] = rule
    ? [
        {
          id: 'edit',
          label: t('rules.edit'),
          icon: 'write',
          onAction: () => onOpen({ from: { piece, at }, draft: draftRule(rule, places) }),
        },
        {
          id: 'switch',
          label: t(rule.enabled ? 'rules.turnOff' : 'rules.turnOn'),
          icon: rule.enabled ? 'eyeOff' : 'eye',
          onAction: () =>
            void rules.keep(
              replaceRule(book, at, { ...rule, enabled: !rule.enabled }),
              t(rule.enabled ? 'rules.turnedOff' : 'rules.turnedOn', { name }),
            ),
        },
        {
          id: 'duplicate',
          label: t('rules.duplicate'),
          icon: 'copy',
          onAction: () =>
            onOpen({ from: undefined, draft: { ...draftRule(rule, places), name: t('rules.copyOf', { name }) } }),
        },
        { id: 'apply', label: t('rules.apply'), icon: 'inbox', onAction: () => onApply(rule) },
      ]
    : []
  return {
    name,
    entries: [
      ...ofRule,
      {
        id: 'up',
        label: t('rules.up'),
        icon: 'up',
        apart: true,
        disabled: place === 0,
        onAction: () => moveTo(place - 1),
      },
      {
        id: 'down',
        label: t('rules.down'),
        icon: 'down',
        disabled: place === shown.length - 1,
        onAction: () => moveTo(place + 1),
      },
      {
        id: 'remove',
        label: t('rules.remove'),
        icon: 'trash',
        apart: true,
        onAction: () => void rules.keep(removePiece(book, at), t('rules.removed', { name })),
      },
    ],
  }
}

const Row = (props: RowProps) => {
  const { t, i18n } = useTranslation()
  const mailboxes = useMailboxes()
  const { shown, place, onOpen } = props
  const { piece, at } = shown[place] as { piece: Piece; at: number }
  const { name, entries } = useEntries(props)
  const { rule } = piece
  const { labels } = useLive(organised)
  const sentences = rule && sentencesOf(rule, { mailboxes, labels }, t, i18n.language)
  return (
    <li className={css.row} data-off={rule !== undefined && !rule.enabled}>
      <span className={css.place} aria-hidden>
        {place + 1}
      </span>
      <div className={css.text}>
        <h2 className={css.name}>
          {rule ? (
            <button
              type="button"
              className={css.open}
              onClick={() => onOpen({ from: { piece, at }, draft: draftRule(rule, placesOf(mailboxes)) })}
            >
              {name}
            </button>
          ) : (
            name
          )}
          {rule && !rule.enabled ? <span className={css.off}>{t('rules.off')}</span> : null}
        </h2>
        {sentences ? (
          <p className={css.sentence}>
            {sentences.when} <span aria-hidden>→</span> {sentences.what}
          </p>
        ) : (
          <>
            <p className={css.sentence}>{t('rules.codeMore')}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
            <pre className={css.code} tabIndex={0}>
              {piece.text}
            </pre>
          </>
        )}
      </div>
      <Menu
        label={t('rules.menu', { name })}
        trigger={<IconButton icon="more" label={t('rules.menu', { name })} isDisabled={props.rules.busy} />}
        entries={entries}
      />
    </li>
  )
}

const List = ({ rules, book, ...more }: Pick<RowProps, 'rules' | 'book' | 'onOpen' | 'onApply'>) => {
  const { t } = useTranslation()
  const shown = shownOf(book)
  if (shown.length === 0)
    return (
      <div className={css.empty}>
        <p className={css.emptyTitle}>{t('rules.none')}</p>
        <p>{t('rules.noneMore')}</p>
      </div>
    )
  return (
    <ol className={css.list}>
      {shown.map(({ at }, place) => (
        <Row key={at} rules={rules} book={book} place={place} shown={shown} {...more} />
      ))}
    </ol>
  )
}

export const RulesScreen = () => {
  const { t } = useTranslation()
  const rules = useRules()
  const [open, setOpen] = useState<Open>()
  const [applied, setApplied] = useState<Rule>()
  const { book, scripts } = rules
  useOrganised()
  useLikeMessage((draft) => setOpen({ from: undefined, draft }))
  useEffect(() => {
    screenTitle.set(t('rules.title'))
    return () => screenTitle.set('')
  }, [t])
  const save = async (rule: Rule, alsoOld: boolean): Promise<void> => {
    if (!book || !open) return
    const { from } = open
    const at = from && findPiece(book, from.piece, from.at)
    if (from !== undefined && at === undefined) {
      // Somebody else changed or removed it: what is written here replaces nothing of theirs.
      setOpen({ ...open, from: undefined })
      toast(t('rules.problem.gone'), { tone: 'problem', ms: 12_000 })
      return
    }
    if (!(await rules.keep(at === undefined ? insertRule(book, rule) : replaceRule(book, at, rule), t('rules.saved'))))
      return
    setOpen(undefined)
    if (alsoOld) setApplied(rule)
  }
  return (
    <Page title={t('rules.title')}>
      <Section id="rules" intro={t('rules.intro')}>
        {scripts === undefined && !rules.failed ? <p aria-busy>{t('rules.loading')}</p> : null}
        {rules.failed ? (
          <Note tone="problem">
            <p>{t('rules.failed')}</p>
            <Button icon="refresh" onPress={() => void rules.reload()}>
              {t('rules.retry')}
            </Button>
          </Note>
        ) : null}
        {scripts && !book ? <Note tone="mark">{t('rules.scripts.unreadable')}</Note> : null}
        {scripts && scripts.list.length > 0 && !scripts.list.some(({ isActive }) => isActive) ? (
          <Note tone="mark">{t('rules.scripts.noneActive')}</Note>
        ) : null}
        {book ? (
          <>
            <List rules={rules} book={book} onOpen={setOpen} onApply={setApplied} />
            <p className={css.add}>
              <Button
                kind="primary"
                icon="plus"
                isDisabled={rules.busy}
                onPress={() => setOpen({ from: undefined, draft: newRule() })}
              >
                {t('rules.add')}
              </Button>
            </p>
          </>
        ) : null}
      </Section>
      {scripts ? <ScriptsSection rules={rules} scripts={scripts} /> : null}
      {open ? (
        <RuleForm
          draft={open.draft}
          isNew={open.from === undefined}
          busy={rules.busy}
          onSave={save}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
      {applied ? <ApplyDialog rule={applied} onClose={() => setApplied(undefined)} /> : null}
    </Page>
  )
}
