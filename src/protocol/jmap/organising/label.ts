/** MailLabel (`urn:convergence:organising`): names and colours of keywords. */
import { formatId } from '#base/ids.ts'
import { changeLabel, createLabel, deleteLabel, type LabelChange, listLabels } from '#domain/organise/labels.ts'
import { labelColours, type MailLabel, ORGANISING } from '#format/jmap/organising.ts'
import { changesMethod } from '../changes.ts'
import { oneOf, text, unsigned } from '../check.ts'
import { type RecordType, recordGet, recordSet } from './records.ts'

const label: RecordType<MailLabel> = {
  type: 'MailLabel',
  kind: 'label',
  properties: ['id', 'name', 'keyword', 'colour', 'sortOrder'],
  settableOnce: { keyword: text },
  settable: { name: text, colour: oneOf(...labelColours), sortOrder: unsigned },
  list: async (tx, account) =>
    (await listLabels(tx, account)).map((one) => ({ ...one, id: formatId('label', one.id) })),
  create: (tx, values) => createLabel(tx, values as LabelChange),
  change: (tx, id, values) => changeLabel(tx, id, values as LabelChange),
  destroy: deleteLabel,
}

export const labelGet = recordGet(label)
export const labelChanges = changesMethod('MailLabel/changes', ORGANISING, 'MailLabel', 'label')
export const labelSet = recordSet(label)
