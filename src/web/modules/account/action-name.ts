import { useTranslation } from 'react-i18next'

/** An action of the audit log in words; the action itself when it is not known here. Needs the texts `account`. */
export const useActionName = () => {
  const { t, i18n } = useTranslation()
  return (action: string): string => {
    const key = action.replaceAll('.', '_')
    // Tested: every action of the server has its words.
    return i18n.exists(`actions.${key}`) ? t(`actions.${key as 'session_open'}`) : action
  }
}
