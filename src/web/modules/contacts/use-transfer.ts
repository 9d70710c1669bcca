/** Import and export of contacts, with progress. */
import { useTranslation } from 'react-i18next'
import type { ContactCard } from '#format/jmap/contacts.ts'
import { inOrder, type JsCard, type Media } from '#format/jscontact/card.ts'
import type { MailClient } from '../../data/index.ts'
import { useClient } from '../../shell/client.tsx'
import { progressToast, toast } from '../../shell/toasts.tsx'
import { cardsOfCsv, cardsOfVcf, csvOf, vcfOf } from './transfer.ts'
import type { Contacts } from './use-contacts.ts'

const PAGE = 100
/** Letters of one request, pictures within. */
const MOST_LETTERS = 4_000_000
const LARGEST_FILE = 60_000_000

/** Cards in pages that a request has room for. */
const pagesOf = (cards: readonly JsCard[]): JsCard[][] => {
  const pages: JsCard[][] = [[]]
  let letters = 0
  for (const card of cards) {
    const size = JSON.stringify(card).length
    if (pages.at(-1)!.length >= PAGE || (letters > 0 && letters + size > MOST_LETTERS)) {
      pages.push([])
      letters = 0
    }
    pages.at(-1)!.push(card)
    letters += size
  }
  return pages.filter((page) => page.length > 0)
}

const save = (text: string, name: string, type: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

const dataUri = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })

/** The card with its pictures within; one that cannot be fetched is left out. */
const withPictures = async (client: MailClient, card: JsCard): Promise<JsCard> => {
  if (!inOrder(card.media).some(({ blobId }) => blobId)) return card
  const media: Record<string, Media> = {}
  for (const [id, one] of Object.entries(card.media ?? {})) {
    const { blobId, ...rest } = one
    if (!blobId) media[id] = one
    else {
      const answer = await fetch(client.downloadUrl(blobId, 'photo', one.mediaType ?? 'image/jpeg')).catch(
        () => undefined,
      )
      if (answer?.ok) media[id] = { ...rest, uri: await dataUri(await answer.blob()) }
    }
  }
  return { ...card, media }
}

export const useTransfer = (contacts: Contacts) => {
  const { t, i18n } = useTranslation()
  const client = useClient()
  const read = async (file: File): Promise<JsCard[] | undefined> => {
    try {
      const text = file.size > LARGEST_FILE ? '' : await file.text()
      const cards = /^\s*BEGIN:VCARD/i.test(text.replace(/^\ufeff/, '')) ? cardsOfVcf(text) : cardsOfCsv(text)
      if (cards.length === 0) toast(t('contacts.importNone'), { tone: 'problem', ms: 12_000 })
      return cards
    } catch {
      toast(t('contacts.importTooMany'), { tone: 'problem', ms: 12_000 })
      return undefined
    }
  }
  const load = async (file: File | undefined, bookId: string): Promise<void> => {
    const cards = file && (await read(file))
    if (!cards || cards.length === 0) return
    const progress = progressToast(t('contacts.importing', { done: 0, count: cards.length }))
    const taken: string[] = []
    let done = 0
    try {
      for (const page of pagesOf(cards)) {
        taken.push(...(await contacts.createAll(page, bookId)))
        done += page.length
        progress.tell(t('contacts.importing', { done, count: cards.length }))
      }
    } catch {
      toast(t('contacts.offline'), { tone: 'problem' })
    }
    progress.end()
    const skipped = done - taken.length
    const text = t('contacts.imported', { count: taken.length })
    toast(skipped > 0 ? `${text} · ${t('contacts.skipped', { count: skipped })}` : text, {
      ms: 12_000,
      ...(taken.length > 0 ? { undo: () => void contacts.removeAll(taken) } : {}),
    })
  }
  return {
    load,
    saveVcf: async (cards: readonly ContactCard[]) => {
      const whole: JsCard[] = []
      for (const { id: _id, addressBookIds: _books, ...card } of cards)
        whole.push(await withPictures(client, card as JsCard))
      save(vcfOf(whole), 'contacts.vcf', 'text/vcard;charset=utf-8')
    },
    saveCsv: (cards: readonly ContactCard[]) =>
      save(csvOf(cards, i18n.language === 'en' ? 'en' : 'fr'), 'contacts.csv', 'text/csv;charset=utf-8'),
  }
}
