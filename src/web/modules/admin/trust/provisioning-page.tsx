/** Programs that create and change people over SCIM 2.0: each with a token of its own, told once, and a scope. */

import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isProgramName } from '#format/scim/program-name.ts'
import { parseUai } from '#format/uai/parse.ts'
import { type Answer, ask, momentOf, nothing, numberOr, records, text } from '../../../shell/request.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useLoaded } from '../../../shell/use-loaded.ts'
import { Button } from '../../../ui/button.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { DataTable } from '../../../ui/data-table.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { fromLocal } from '../../../ui/local-time.ts'
import { Section, Stack } from '../../../ui/page.tsx'
import { Loading } from '../../account/loading.tsx'
import { useWhen } from '../../account/use-when.ts'
import { act as send, words } from '../requests.ts'
import { Secret } from './secret.tsx'

interface Program {
  readonly id: number
  readonly name: string
  readonly mayWrite: boolean
  readonly uais: readonly string[]
  readonly expiresAt: number | undefined
  readonly lastUsedAt: number | undefined
  readonly revokedAt: number | undefined
}

const loadPrograms = (): Promise<Answer<readonly Program[]>> =>
  ask('/admin/provisioning', undefined, (answer) =>
    records(answer.clients).map((one) => ({
      id: numberOr(one.id, 0),
      name: text(one.name),
      mayWrite: one.rights === 'write',
      uais: words(one.uais),
      expiresAt: momentOf(one.expiresAt),
      lastUsedAt: momentOf(one.lastUsedAt),
      revokedAt: momentOf(one.revokedAt),
    })),
  )

/** UAIs as they are typed: between spaces, commas or lines. */
const typed = (value: string): string[] => value.split(/[\s,;]+/).filter((one) => one !== '')

const NewProgram = ({ onMade }: { onMade: (token: string) => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [name, setName] = useState('')
  const [rights, setRights] = useState('write')
  const [schools, setSchools] = useState('')
  const [end, setEnd] = useState('')
  const uais = typed(schools)
  const wrong = uais.find((one) => parseUai(one) === undefined)
  const isNamed = isProgramName(name.trim().toLowerCase())
  const make = async (event: FormEvent) => {
    event.preventDefault()
    const body = { name: name.trim(), rights, uais, expiresAt: fromLocal(end) }
    const made = await act.run(() => send('provisioning', body, (answer) => text(answer.token)), t('trust.programMade'))
    if (made === undefined) return
    setName('')
    setSchools('')
    setEnd('')
    onMade(made.value)
  }
  return (
    <Section id="new-program" title={t('trust.programNew')}>
      <form onSubmit={make}>
        <Stack>
          <Field
            label={t('trust.programName')}
            hint={t('trust.programNameMore')}
            value={name}
            onChange={setName}
            maxLength={40}
            autoCapitalize="none"
            autoComplete="off"
          />
          <Choice
            label={t('trust.programRights')}
            value={rights}
            options={[
              { id: 'write', name: t('trust.programWrite') },
              { id: 'read', name: t('trust.programRead') },
            ]}
            onChange={setRights}
          />
          <Field
            label={t('trust.programSchools')}
            hint={t('trust.programSchoolsMore')}
            note={wrong === undefined ? undefined : t('trust.programSchoolWrong', { uai: wrong })}
            value={schools}
            onChange={setSchools}
            maxLength={1000}
            autoComplete="off"
          />
          <Field label={t('trust.programEnd')} type="datetime-local" value={end} onChange={setEnd} />
          <p>
            <Button kind="primary" type="submit" isDisabled={act.isBusy || !isNamed || wrong !== undefined}>
              {t('trust.programMake')}
            </Button>
          </p>
        </Stack>
      </form>
    </Section>
  )
}

export const ProvisioningPage = () => {
  const { t } = useTranslation()
  const act = useAct()
  const when = useWhen()
  const loaded = useLoaded('provisioning', loadPrograms)
  const [token, setToken] = useState('')
  const [ending, setEnding] = useState<Program>()
  const end = async (one: Program) => {
    const done = await act.run(() => send(`provisioning/${one.id}/revoke`, {}, nothing), t('trust.programEnded'))
    setEnding(undefined)
    if (done !== undefined) void loaded.reload()
  }
  const stateOf = ({ revokedAt, expiresAt }: Program): string =>
    revokedAt !== undefined
      ? t('trust.programEndedAt', { when: when(revokedAt) })
      : expiresAt === undefined
        ? t('trust.programOpen')
        : t('trust.programUntil', { when: when(expiresAt) })
  return (
    <>
      <Section id="programs" intro={t('trust.provisioningMore', { address: `${location.origin}/scim/v2` })}>
        <Stack>
          {token === '' ? null : <Secret value={token} />}
          <Loading of={loaded}>
            {(programs) => (
              <DataTable
                label={t('admin.provisioning')}
                empty={t('trust.programsNone')}
                columns={[
                  t('trust.programName'),
                  t('trust.programRights'),
                  t('trust.programSchools'),
                  t('admin.state'),
                  t('trust.programLast'),
                  t('admin.acts'),
                ]}
                rows={programs.map((one) => ({
                  id: String(one.id),
                  cells: [
                    one.name,
                    t(one.mayWrite ? 'trust.programWrite' : 'trust.programRead'),
                    one.uais.length === 0 ? t('trust.programAll') : one.uais.join(' '),
                    stateOf(one),
                    one.lastUsedAt === undefined ? t('admin.never') : when(one.lastUsedAt),
                    one.revokedAt === undefined ? (
                      <Button
                        key="end"
                        kind="danger"
                        aria-label={t('trust.programEndOf', { name: one.name })}
                        isDisabled={act.isBusy}
                        onPress={() => setEnding(one)}
                      >
                        {t('trust.programStop')}
                      </Button>
                    ) : null,
                  ],
                }))}
              />
            )}
          </Loading>
        </Stack>
      </Section>
      {ending === undefined ? null : (
        <Dialog
          title={t('trust.programEndOf', { name: ending.name })}
          role="alertdialog"
          isOpen
          onClose={() => setEnding(undefined)}
          closeLabel={t('admin.cancel')}
          footer={
            <Button kind="danger" isDisabled={act.isBusy} onPress={() => void end(ending)}>
              {t('trust.programStop')}
            </Button>
          }
        >
          <p>{t('trust.programEndMore')}</p>
        </Dialog>
      )}
      <NewProgram
        onMade={(made) => {
          setToken(made)
          void loaded.reload()
        }}
      />
    </>
  )
}
