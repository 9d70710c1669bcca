/** The first script of the page: language, theme, then the application. */
import './theme/base.css'
import { createRoot } from 'react-dom/client'
import { startLanguage } from './i18n/language.ts'
import { App } from './shell/app.tsx'
import { preferences, setPreferences } from './shell/preferences.ts'

const root = document.getElementById('root')
if (root !== null) {
  setPreferences({})
  await startLanguage(preferences.get().language)
  createRoot(root).render(<App />)
}
