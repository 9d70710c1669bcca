/**
 * `/_ui/` of the development server: every component of web/ui in every state, to look at and to test. It is no part of
 * the build. `?theme=dark`, `?contrast=high` and `?density=compact` choose how.
 */
import '../theme/base.css'
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { Gallery } from './gallery.tsx'

const asked = new URLSearchParams(window.location.search)
for (const name of ['theme', 'contrast', 'density']) {
  const value = asked.get(name)
  if (value !== null) document.documentElement.dataset[name] = value
}
const root = document.getElementById('root')
const routeTree = createRootRoute({ component: Gallery, notFoundComponent: Gallery })
const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: ['/'] }) })
// The application's own routes are registered as the only ones there are: these are others.
if (root !== null) createRoot(root).render(<RouterProvider router={router as never} />)
