/** The first script of the page: asks who is signed in, meanwhile sets language and theme, then shows the application. */
import './theme/base.css'
import { createRoot } from 'react-dom/client'
import { startLanguage } from './i18n/language.ts'
import { App } from './shell/app.tsx'
import { beginSession } from './shell/begin.ts'
import { followContrast, preferences, setPreferences } from './shell/preferences.ts'

const root = document.getElementById('root')
if (root !== null) {
  const beginning = beginSession()
  setPreferences({})
  followContrast()
  await startLanguage(preferences.get().language)
  createRoot(root).render(<App beginning={beginning} />)
}
