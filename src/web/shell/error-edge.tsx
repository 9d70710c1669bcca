/** The last resort: a screen that failed is replaced by a sentence and a way out. */

import i18next from 'i18next'
import { Component, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import css from './error-edge.module.css'

export const Sorry = () => (
  <main className={css.sorry}>
    <h1 className={css.title}>{i18next.t('error.title')}</h1>
    <p>
      {i18next.t('error.body')} ({i18next.t('auth.code', { code: 'WEB-01' })})
    </p>
    <Button kind="primary" onPress={() => window.location.reload()}>
      {i18next.t('error.reload')}
    </Button>
  </main>
)

export class ErrorEdge extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }
  override render(): ReactNode {
    return this.state.failed ? <Sorry /> : this.props.children
  }
}
