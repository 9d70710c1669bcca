/**
 * Every guide of one language in one answer, for the service worker (src/web/worker/guides.ts), which shows and searches
 * them without a network. The worker puts parts together; it makes none.
 */
import type { GuideLanguage } from '#domain/guides/guide.ts'
import type { Library } from '#domain/guides/library.ts'
import { programPictures } from '#domain/guides/pictures.ts'
import { typeset, typesetEnglish } from '#format/html/typeset.ts'
import { type Asking, guideDocument, guideShown, helpHome } from './guides-page.ts'
import { guideWords } from './guides-words.data.ts'

/** What the worker replaces in the page. */
export const slots = { title: '@@title@@', path: '/@@path@@', body: '@@body@@' } as const

/** The guides as they are read without a network. */
export const offlineGuides = async (library: Library, language: GuideLanguage, style: string, now: number) => {
  const asking: Asking = {
    language,
    audience: undefined,
    help: { contacts: [], incidents: [], planned: [] },
    now,
    paper: true,
    offline: true,
  }
  const set = (html: string): string => (language === 'fr' ? typeset(html) : typesetEnglish(html))
  const guides = library.list(language)
  const shown = new Set(
    [
      ...guides
        .map(({ html }) => html)
        .join(' ')
        .matchAll(/src="(\/aide\/pictures\/[^"]+)"/g),
    ].map(([, path]) => path),
  )
  const known = await programPictures()
  return {
    page: guideDocument(slots, language, style),
    style,
    home: { title: guideWords.help[language], body: set(helpHome(library, asking, undefined, '').body) },
    note: guideWords.offline[language],
    found: guideWords.found[language],
    foundNone: guideWords.offlineNone[language],
    // Those of editors are read when they were seen before.
    pictures: [...known.keys()].map((name) => `/aide/pictures/${name}`).filter((path) => shown.has(path)),
    guides: guides.map((guide) => ({
      id: guide.id,
      title: guide.title,
      summary: guide.summary,
      codes: [...guide.codes.keys()],
      body: set(guideShown(library, asking, guide).body),
      words: [
        [guide.title, ...guide.keywords, ...guide.codes.keys()].join(' '),
        [guide.summary, guide.next, ...guide.codes.values()].join(' '),
        guide.markdown,
      ],
    })),
  }
}
